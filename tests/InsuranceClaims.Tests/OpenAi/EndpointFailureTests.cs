using System.Net;
using System.Net.Sockets;
using InsuranceClaims.OpenAi;
using InsuranceClaims.Tests.OpenAi.Server;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests.OpenAi;

public sealed class EndpointFailureTests
{
    private static readonly ChatMessage Question = new(ChatRole.User, "Which policy?");

    [Theory]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    public async Task An_error_status_is_told_with_the_endpoints_words(int status, bool transient)
    {
        await using var server = new ChatCompletionsServer(WireAnswer.Error(status, "the model says no"));
        using var client = ClientOf(server.Endpoint);
        var failure = await Assert.ThrowsAsync<ModelEndpointException>(() => client.GetResponseAsync([Question]));

        Assert.Equal((status, transient), (failure.Status, failure.IsTransient));
        foreach (var part in (string[])[server.Endpoint.ToString(), "test-model", "the model says no"])
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("Retry-After: 2", 2000)]
    [InlineData("retry-after-ms: 150", 150)]
    public async Task A_wait_that_the_endpoint_asks_for_is_passed_on(string header, int milliseconds)
    {
        await using var server = new ChatCompletionsServer(WireAnswer.Error(429, "slow down", header));
        using var client = ClientOf(server.Endpoint);
        var failure = await Assert.ThrowsAsync<ModelEndpointException>(() => client.GetResponseAsync([Question]));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), failure.RetryAfter);
    }

    [Fact]
    public async Task Streaming_tells_an_error_status_the_same_way()
    {
        await using var server = new ChatCompletionsServer(WireAnswer.Error(500, "boom"));
        using var client = ClientOf(server.Endpoint);
        var failure = await Assert.ThrowsAsync<ModelEndpointException>(() => client.GetStreamingResponseAsync([Question]).ToChatResponseAsync());
        Assert.Equal(500, failure.Status);
        Assert.Contains("boom", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_no_json_is_quoted()
    {
        await using var server = new ChatCompletionsServer(new WireAnswer(502, "<html>bad gateway</html>"));
        using var client = ClientOf(server.Endpoint);
        Assert.Contains("bad gateway", (await Assert.ThrowsAsync<ModelEndpointException>(() => client.GetResponseAsync([Question]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_a_transient_failure_without_status()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/v1");
        free.Stop();
        using var client = ClientOf(endpoint);
        var failure = await Assert.ThrowsAsync<ModelEndpointException>(() => client.GetResponseAsync([Question]));
        Assert.Null(failure.Status);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_in_time_is_a_transient_failure()
    {
        var never = new TaskCompletionSource<WireAnswer>();
        await using var server = new ChatCompletionsServer(_ => never.Task);
        using var client = ClientOf(server.Endpoint, TimeSpan.FromMilliseconds(50));
        var failure = await Assert.ThrowsAsync<ModelEndpointException>(() => client.GetResponseAsync([Question]));
        Assert.True(failure.IsTransient);
        never.SetResult(WireAnswer.Error(500, "late"));
    }

    [Fact]
    public async Task The_callers_own_cancellation_stays_a_cancellation()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<WireAnswer>();
        await using var server = new ChatCompletionsServer(_ =>
        {
            asked.SetResult();
            return never.Task;
        });
        using var client = ClientOf(server.Endpoint);
        using var cancel = new CancellationTokenSource();
        var call = client.GetResponseAsync([Question], null, cancel.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        never.SetResult(WireAnswer.Error(500, "late"));
    }

    private static OpenAiChatClient ClientOf(Uri endpoint, TimeSpan? timeout = null) => new(new OpenAiSettings("secret-key", endpoint, "test-model"), timeout);
}
