using AgentFlow.Journaling;

namespace AgentFlow.CrashChild;

/// <summary>A journal whose process may die before and after it keeps something, named by what that is.</summary>
internal sealed class ObservedJournal(IJournal journal, Action<string> reach) : IJournal
{
    public async ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        Reach("before", runId, entries);
        await journal.AppendAsync(runId, epoch, entries, cancellationToken);
        Reach("after", runId, entries);
    }

    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken) => journal.ReadAsync(runId, after, cancellationToken);

    public IAsyncEnumerable<StoredRun> ListAsync(CancellationToken cancellationToken) => journal.ListAsync(cancellationToken);

    private void Reach(string when, RunId runId, IReadOnlyList<StoredEntry> entries)
    {
        foreach (var entry in entries)
        {
            reach($"{entry.Kind}: {when}");
            if (entry.Kind == JournalEntryKind.RunStarted && FlowWork.IsSuccessor(runId)) reach($"successor: {when}");
            if (entry.Kind == JournalEntryKind.RunCompleted && EntryDecoder.Decode(entry) is RunContinuedEntry) reach($"succession: {when}");
        }
    }
}
