using System.Text;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

/// <summary>
/// What every store must keep of <see cref="IJournal"/>. A store's test project derives a class that opens it; every fact then runs
/// against it. Bodies are opaque here: a store gives back the bytes it was given.
/// </summary>
public abstract partial class JournalContract : IAsyncLifetime
{
    protected static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private static readonly DateTimeOffset Noon = new(2031, 2, 3, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The store, opened before every fact.</summary>
    protected IJournal Journal { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Journal = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(Journal);
        await DeleteAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store of this test; again with what was kept after <see cref="CloseAsync"/>.</summary>
    protected abstract ValueTask<IJournal> OpenAsync();

    /// <summary>Closes it as the end of a process would.</summary>
    protected abstract ValueTask CloseAsync(IJournal journal);

    /// <summary>Deletes what was kept.</summary>
    protected virtual ValueTask DeleteAsync() => default;

    private async Task ReopenAsync()
    {
        await CloseAsync(Journal);
        Journal = await OpenAsync();
    }

    private static RunId Id(string text) => RunId.Parse(text);

    private static StoredEntry Entry(int sequence, string body = "{}", JournalEntryKind kind = JournalEntryKind.StateChanged) =>
        new(sequence, kind, Noon.AddTicks(sequence), Encoding.UTF8.GetBytes(body));

    private static StoredEntry[] Entries(int first, int count) => [.. Enumerable.Range(first, count).Select(sequence => Entry(sequence, $"{{\"n\":{sequence}}}"))];

    private async Task AppendAsync(string run, params StoredEntry[] entries) => await Journal.AppendAsync(Id(run), 1, entries, default);

    private Task AppendAsync(string run, long epoch, params StoredEntry[] entries) => Journal.AppendAsync(Id(run), epoch, entries, default).AsTask();

    private async Task<IReadOnlyList<StoredEntry>> ReadAsync(string run, int after = 0) => await Journal.ReadAsync(Id(run), after, default);

    private async Task<List<StoredRun>> ListAsync()
    {
        var runs = new List<StoredRun>();
        await foreach (var run in Journal.ListAsync(default)) runs.Add(run);
        return runs;
    }

    private async Task<int> LengthAsync(string run) => (await ReadAsync(run)).Count;

    private static string Text(StoredEntry entry) => Encoding.UTF8.GetString(entry.Body.Span);

    private static void AssertSame(IEnumerable<StoredEntry> expected, IEnumerable<StoredEntry> actual) => Assert.Equal(
        expected.Select(entry => (entry.Sequence, entry.Kind, entry.Time.UtcTicks, Convert.ToHexString(entry.Body.Span))),
        actual.Select(entry => (entry.Sequence, entry.Kind, entry.Time.UtcTicks, Convert.ToHexString(entry.Body.Span))));
}
