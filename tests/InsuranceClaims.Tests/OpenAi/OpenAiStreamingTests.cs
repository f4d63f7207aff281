using System.Text.Json.Nodes;
using InsuranceClaims.OpenAi;
using InsuranceClaims.Tests.OpenAi.Server;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests.OpenAi;

public sealed class OpenAiStreamingTests
{
    private static readonly ChatMessage Question = new(ChatRole.User, "Which policy?");

    private static OpenAiChatClient ClientOf(ChatCompletionsServer server) => new(new OpenAiSettings("test-key", server.Endpoint, "test-model"));

    [Fact]
    public async Task Text_comes_piece_by_piece_with_usage_and_finish_reason()
    {
        await using var server = new ChatCompletionsServer(Wire.Stream(Wire.Delta("Gr"), Wire.Delta("üße, "), Wire.Delta("M."), Wire.End("stop"), Wire.UsageEvent(5, 3)));
        using var client = ClientOf(server);
        var updates = await client.GetStreamingResponseAsync([Question]).ToListAsync();

        Assert.Equal(["Gr", "üße, ", "M."], updates.Select(update => update.Text).Where(text => text.Length > 0));
        var joined = updates.ToChatResponse();
        Assert.Equal(("Grüße, M.", ChatFinishReason.Stop, 8), (joined.Text, joined.FinishReason, joined.Usage!.TotalTokenCount));
        var sent = server.Requests.Single();
        Assert.True(sent.GetProperty("stream").GetBoolean());
        Assert.True(sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task Two_tool_calls_whose_arguments_come_interleaved_leave_whole()
    {
        await using var server = new ChatCompletionsServer(Wire.Stream(
            Wire.CallDelta(0, "call_a", "look_up_policy", ""),
            Wire.CallDelta(1, "call_b", "look_up_policy", "{\"holder"),
            Wire.CallDelta(0, null, null, "{\"policyNumber\":"),
            Wire.CallDelta(1, null, null, "Name\":\"Ödön\"}"),
            Wire.CallDelta(0, null, null, "\"HH-1\"}"),
            Wire.End("tool_calls")));
        using var client = ClientOf(server);
        var joined = await client.GetStreamingResponseAsync([Question]).ToChatResponseAsync();

        var calls = joined.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["call_a", "call_b"], calls.Select(call => call.CallId));
        Assert.Equal(("HH-1", "Ödön"), (calls[0].Arguments!["policyNumber"]!.ToString(), calls[1].Arguments!["holderName"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, joined.FinishReason);
    }

    [Fact]
    public async Task A_refusal_is_told_as_an_error_not_as_text()
    {
        await using var server = new ChatCompletionsServer(Wire.Stream(Wire.Delta(new JsonObject { ["refusal"] = "I will not." }), Wire.End("stop")));
        using var client = ClientOf(server);
        var joined = await client.GetStreamingResponseAsync([Question]).ToChatResponseAsync();
        Assert.Equal("I will not.", Assert.Single(joined.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>()).Message);
        Assert.Empty(joined.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_is_cut_is_an_error_after_the_text_that_came(bool abruptly)
    {
        await using var server = new ChatCompletionsServer(new WireAnswer(200, Events: [Wire.Delta("We pay "), Wire.Delta("4,7")], Cut: abruptly));
        using var client = ClientOf(server);
        var text = "";
        var cut = await Assert.ThrowsAsync<ModelEndpointException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync([Question]))
                text += update.Text;
        });
        Assert.Equal("We pay 4,7", text);
        Assert.True(cut.IsTransient);
        Assert.Contains(server.Endpoint.ToString(), cut.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_who_stops_early_leaves_nothing_behind()
    {
        await using var server = new ChatCompletionsServer(Wire.Stream(Wire.Delta("a"), Wire.Delta("b"), Wire.End("stop")));
        using var client = ClientOf(server);
        await foreach (var update in client.GetStreamingResponseAsync([Question]))
        {
            Assert.Equal("a", update.Text);
            break;
        }
    }
}
