using System.Net.Http.Json;
using System.Text.Json;
using AgentFlow.Tests.Samples;

namespace ApprovalDesk.Tests;

/// <summary>A desk in a process of its own, on a port that the system chose, with a journal and a ledger that outlive it.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly SampleProcess _process;
    private readonly HttpClient _http;

    private Desk(SampleProcess process, string url)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri(url), Timeout = Poll.Limit };
    }

    public string Output => _process.Output;

    public static SampleProcess Launch(DeskFolder folder, params string[] arguments) => SampleProcess.Start(
        "ApprovalDesk.dll", new Dictionary<string, string>(), ["--journal", folder.Journal, "--ledger", folder.Ledger, "--urls", "http://127.0.0.1:0", .. arguments]);

    public static async Task<Desk> OpenAsync(DeskFolder folder, params string[] arguments)
    {
        var process = Launch(folder, arguments);
        try
        {
            var line = await process.LineWithAsync("listens on ");
            return new(process, line[line.IndexOf("http", StringComparison.Ordinal)..]);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Task KillAsync() => _process.KillAsync();

    public Task<Reply> GetAsync(string user, string path) => SendAsync(user, HttpMethod.Get, path, null);

    public Task<Reply> PostAsync(string user, string path, object body, string? key = null) => SendAsync(user, HttpMethod.Post, path, body, key);

    public async Task<string> StartRefundAsync(string user, string order, string words = "It leaks.")
    {
        var reply = await PostAsync(user, "/refunds", new { order, words });
        Assert.Equal(202, reply.Status);
        return reply.Body.GetProperty("run").GetString()!;
    }

    /// <summary>What a run asks somebody, as soon as they find it in their list.</summary>
    public async Task<Asked> AskedAsync(string user, string run)
    {
        var listed = await Poll.UntilAsync(() => ListedAsync(user, run), static found => found is not null);
        return new(listed!.Value.GetProperty("href").GetString()!, listed.Value.GetProperty("kind").GetString()!, listed.Value.GetProperty("digest").GetString()!, listed.Value.GetProperty("prompt").GetString()!);
    }

    /// <summary>What a run asks, as it stands in somebody's list; null when it does not.</summary>
    public async Task<JsonElement?> ListedAsync(string user, string run) =>
        (await GetAsync(user, "/requests")).Body.EnumerateArray().Cast<JsonElement?>().FirstOrDefault(request => request!.Value.GetProperty("id").GetString()!.StartsWith(run + "/", StringComparison.Ordinal));

    public Task<Reply> ActAsync(string user, Asked asked, string act, string? key = null) => PostAsync(user, asked.Href, new { act, digest = asked.Digest, reason = "because" }, key);

    public Task<Reply> RunInStatusAsync(string run, params string[] statuses) =>
        Poll.UntilAsync(() => GetAsync("olga", $"/runs/{run}"), reply => statuses.Contains(reply.Body.GetProperty("status").GetString()));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<Reply> SendAsync(string user, HttpMethod method, string path, object? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (user.Length > 0) request.Headers.Add("X-Api-Key", user + "-key");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}

/// <summary>What the desk replied.</summary>
internal sealed record Reply(int Status, string? MediaType, JsonElement Body)
{
    public override string ToString() => $"{Status} {(Body.ValueKind == JsonValueKind.Undefined ? "" : Body.GetRawText())}";

    public string Detail => Body.GetProperty("detail").GetString()!;

    public string Text(string property) => Body.GetProperty(property).GetString()!;
}

/// <summary>A request as it was shown.</summary>
internal sealed record Asked(string Href, string Kind, string Digest, string Prompt);
