using InsuranceClaims.Tests.OpenAi.Server;

namespace InsuranceClaims.Tests.OpenAi;

/// <summary>The whole program against an endpoint.</summary>
public sealed class AppOverTheWireTests
{
    private static readonly string[] Claims = [AppRun.Claim("03-einbruch"), AppRun.Claim("11-fast-approval"), AppRun.Claim("18-no-amount")];

    [Fact]
    public async Task The_same_flow_over_http_streams_and_writes_the_same_letters()
    {
        await using var server = RuleBasedEndpoint.Start();
        using var offline = new AppRun();
        using var online = new AppRun().With("OPENAI_API_KEY", "test-key").With("OPENAI_BASE_URL", server.Endpoint.ToString());

        Assert.Equal(ExitCodes.Done, await offline.RunAsync(Claims));
        Assert.Equal(ExitCodes.Done, await online.RunAsync(Claims));

        foreach (var letter in Directory.GetFiles(offline.Folder, "*.letter.md"))
            Assert.Equal(await File.ReadAllTextAsync(letter), await File.ReadAllTextAsync(Path.Combine(online.Folder, Path.GetFileName(letter))));
        Assert.Equal(offline.List, online.List);
        Assert.Contains($"gpt-4o-mini at {server.Endpoint}", online.Screen, StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.True(request.GetProperty("stream").GetBoolean()));
        Assert.DoesNotContain("test-key", online.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_asks_to_wait_is_asked_again()
    {
        var calls = 0;
        await using var server = RuleBasedEndpoint.Start(busy: () => Interlocked.Increment(ref calls) % 3 == 1);
        using var app = new AppRun().With("OPENAI_API_KEY", "test-key").With("OPENAI_BASE_URL", server.Endpoint.ToString());
        Assert.Equal(ExitCodes.Done, await app.RunAsync(Claims[0]));
        Assert.Contains("6.740,50 €", app.Letter("03-einbruch"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_fails_each_claim_with_the_cure()
    {
        await using var server = new ChatCompletionsServer(_ => Task.FromResult(WireAnswer.Error(401, "no such key")));
        using var app = new AppRun().With("OPENAI_API_KEY", "test-key").With("OPENAI_BASE_URL", server.Endpoint.ToString());
        Assert.Equal(ExitCodes.SomeFailed, await app.RunAsync(Claims[0]));
        Assert.Contains("Check OPENAI_API_KEY", app.List, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_model_without_a_known_price_has_no_cost()
    {
        await using var server = RuleBasedEndpoint.Start();
        using var app = new AppRun().With("OPENAI_API_KEY", "test-key").With("OPENAI_BASE_URL", server.Endpoint.ToString()).With("OPENAI_MODEL", "house-model");
        await app.RunAsync(Claims[0]);
        Assert.Matches(@"all\s.*unknown", app.Screen);
    }
}
