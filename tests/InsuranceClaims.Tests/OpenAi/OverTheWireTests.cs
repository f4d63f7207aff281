using InsuranceClaims.Offline;
using InsuranceClaims.OpenAi;
using InsuranceClaims.Tests.OpenAi.Server;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests.OpenAi;

/// <summary>A claim handled through the protocol ends exactly as without it.</summary>
public sealed class OverTheWireTests
{
    [Theory]
    [InlineData("03-einbruch", false)]
    [InlineData("03-einbruch", true)]
    [InlineData("08-widerspruch-betraege", true)]
    [InlineData("11-fast-approval", false)]
    public async Task A_claim_ends_the_same_over_http(string id, bool streaming)
    {
        await using var server = RuleBasedEndpoint.Start();
        using var direct = new RuleBasedChatClient();
        using var http = new OpenAiChatClient(new OpenAiSettings("test-key", server.Endpoint, "rule-based-1"));
        using var client = streaming ? new AlwaysStreaming(http) : (IChatClient)http;
        var file = await SampleFiles.ReadAsync(id);

        var expected = await ClaimByHand.RunAsync(direct, file);
        var actual = await ClaimByHand.RunAsync(client, file);

        Assert.Equal(expected.Letter, actual.Letter);
        Assert.Equal(expected.Drafts, actual.Drafts);
        Assert.Equal((expected.Settlement.Outcome, expected.Settlement.Amount, expected.Settlement.Reason), (actual.Settlement.Outcome, actual.Settlement.Amount, actual.Settlement.Reason));
        Assert.Contains(server.Requests, request => request.TryGetProperty("tools", out _));
        Assert.All(server.Requests, request => Assert.Equal(streaming, request.TryGetProperty("stream", out var stream) && stream.GetBoolean()));
    }

    private sealed class AlwaysStreaming(IChatClient inner) : DelegatingChatClient(inner)
    {
        public override Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);
    }
}
