using InsuranceClaims.OpenAi;
using InsuranceClaims.Tests.OpenAi.Server;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests.OpenAi;

public sealed class OpenAiChatClientTests
{
    private static readonly ChatMessage Question = new(ChatRole.User, "Which policy?");

    private static OpenAiChatClient ClientOf(ChatCompletionsServer server) => new(new OpenAiSettings("test-key", server.Endpoint, "test-model"));

    [Fact]
    public async Task Text_usage_and_finish_reason_come_back()
    {
        await using var server = new ChatCompletionsServer(Wire.Text("Grüße"));
        using var client = ClientOf(server);
        var response = await client.GetResponseAsync([Question]);

        Assert.Equal(("Grüße", ChatFinishReason.Stop, "test-model-2026"), (response.Text, response.FinishReason, response.ModelId));
        Assert.Equal((11, 7, 18), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Contains("POST /v1/chat/completions", server.Heads.Single(), StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer test-key", server.Heads.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("length", "length")]
    [InlineData("content_filter", "content_filter")]
    public async Task The_reasons_to_stop_are_told_apart(string wire, string reason)
    {
        await using var server = new ChatCompletionsServer(Wire.Text("x", wire));
        using var client = ClientOf(server);
        Assert.Equal(new ChatFinishReason(reason), (await client.GetResponseAsync([Question])).FinishReason);
    }

    [Fact]
    public async Task Instructions_schema_tools_and_settings_reach_the_endpoint()
    {
        await using var server = new ChatCompletionsServer(Wire.Text("{}"));
        using var client = ClientOf(server);
        await client.GetResponseAsync([Question], new ChatOptions
        {
            Instructions = "Be brief.",
            Temperature = 0.5f,
            MaxOutputTokens = 99,
            StopSequences = ["END"],
            ModelId = "other-model",
            Tools = [SampleFiles.Policies.AsFunction()],
            ToolMode = ChatToolMode.RequireSpecific("look_up_policy"),
            AllowMultipleToolCalls = false,
            ResponseFormat = ChatResponseFormat.ForJsonSchema<FraudFinding>(ClaimsJson.Options, "fraud"),
        });

        var sent = server.Requests.Single();
        Assert.Equal("other-model", sent.GetProperty("model").GetString());
        Assert.Equal("Be brief.", sent.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal("system", sent.GetProperty("messages")[0].GetProperty("role").GetString());
        Assert.Equal(99, sent.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal("END", sent.GetProperty("stop")[0].GetString());
        Assert.False(sent.GetProperty("parallel_tool_calls").GetBoolean());
        Assert.Equal("look_up_policy", sent.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("look_up_policy", sent.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        var format = sent.GetProperty("response_format").GetProperty("json_schema");
        Assert.Equal(("fraud", true), (format.GetProperty("name").GetString(), format.GetProperty("strict").GetBoolean()));
        Assert.False(format.GetProperty("schema").GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(4, format.GetProperty("schema").GetProperty("required").GetArrayLength());
    }

    [Fact]
    public async Task A_tool_call_comes_back_and_its_result_goes_out()
    {
        await using var server = new ChatCompletionsServer(Wire.Call("call_7", "look_up_policy", """{"policyNumber":"HH-48213-07"}"""), Wire.Text("Covered."));
        using var client = ClientOf(server);
        Assert.Equal("Covered.", (await client.GetResponseAsync(
        [
            Question,
            .. await CallAsync(client),
        ])).Text);

        var messages = server.Requests.Last().GetProperty("messages");
        Assert.Equal("call_7", messages[1].GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal("""{"policyNumber":"HH-48213-07"}""", messages[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal(("tool", "call_7"), (messages[2].GetProperty("role").GetString(), messages[2].GetProperty("tool_call_id").GetString()));
        Assert.Contains("Margaret Whitlock", messages[2].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_that_are_no_json_are_a_failed_call_not_a_crash()
    {
        await using var server = new ChatCompletionsServer(Wire.Call("call_7", "look_up_policy", """{"policyNumber": """));
        using var client = ClientOf(server);
        var response = await client.GetResponseAsync([Question]);
        Assert.NotNull(Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>()).Exception);
    }

    [Fact]
    public async Task What_the_adapter_cannot_send_is_refused_by_name()
    {
        await using var server = new ChatCompletionsServer();
        using var client = ClientOf(server);
        var picture = new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);
        Assert.Contains("DataContent", (await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync([picture]))).Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(" ", null)]
    [InlineData("key", "https://api.openai.com/v1")]
    public void Without_a_key_there_are_no_settings(string? key, string? endpoint)
    {
        var settings = OpenAiSettings.FromEnvironment(name => name == "OPENAI_API_KEY" ? key : null);
        Assert.Equal(endpoint is not null, settings is not null);
        if (settings is null)
            return;
        using var client = new OpenAiChatClient(settings);
        Assert.Equal(endpoint, client.Endpoint.ToString());
    }

    [Fact]
    public void A_base_address_that_is_none_is_refused_with_its_value() => Assert.Contains(
        "localhost:80",
        Assert.Throws<UsageException>(() => OpenAiSettings.FromEnvironment(name => name == "OPENAI_BASE_URL" ? "localhost:80" : "x")).Message,
        StringComparison.Ordinal);

    private static async Task<IEnumerable<ChatMessage>> CallAsync(OpenAiChatClient client)
    {
        var response = await client.GetResponseAsync([Question], new ChatOptions { Tools = [SampleFiles.Policies.AsFunction()] });
        var call = response.Messages[0].Contents.OfType<FunctionCallContent>().Single();
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        var result = await SampleFiles.Policies.AsFunction().InvokeAsync(new AIFunctionArguments(call.Arguments));
        return [.. response.Messages, new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)])];
    }
}
