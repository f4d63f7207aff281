using System.Runtime.CompilerServices;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>A store that outlives its runtimes, so that a test can play a crash: whatever was appended is there afterwards.</summary>
internal sealed class InProcessJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RunId, (List<StoredEntry> Entries, long Epoch)> _runs = [];

    /// <summary>From this append on (counted from 1), the store refuses: what a crash between two appends looks like to the store.</summary>
    public int? FailFrom { get; set; }

    public int Appends { get; private set; }

    public ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(runId.ToString(), nameof(runId));
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentNullException.ThrowIfNull(entries);
        cancellationToken.ThrowIfCancellationRequested();
        if (entries.Count == 0) return default;
        if (entries.Where((entry, i) => entry.Sequence != entries[0].Sequence + i).Any()) throw new ArgumentException("The entries are not consecutive.", nameof(entries));
        lock (_lock)
        {
            if (++Appends >= FailFrom) return ValueTask.FromException(new LostJournalException());
            var (stored, last) = _runs.GetValueOrDefault(runId, ([], 0));
            if (epoch < last) throw new JournalFencedException(runId, epoch, last);
            if (entries[0].Sequence != stored.Count + 1) throw new JournalSequenceException(runId, entries[0].Sequence - 1, stored.Count);
            stored.AddRange(entries.Select(entry => entry with { Body = entry.Body.ToArray(), Epoch = epoch }));
            _runs[runId] = (stored, epoch);
        }

        return default;
    }

    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return new([.. _runs.GetValueOrDefault(runId, ([], 0)).Entries.Skip(after).Select(entry => entry with { Body = entry.Body.ToArray() })]);
    }

    public async IAsyncEnumerable<StoredRun> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<StoredRun> runs;
        lock (_lock) runs = [.. _runs.Select(run => new StoredRun(run.Key, run.Value.Entries[^1].Kind, run.Value.Entries.Count, run.Value.Epoch))];
        await Task.CompletedTask;
        foreach (var run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return run;
        }
    }
}

internal sealed class LostJournalException() : JournalException("the disk is gone");
