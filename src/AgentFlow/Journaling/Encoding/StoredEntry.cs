namespace AgentFlow.Journaling;

/// <summary>An entry as stores keep it.</summary>
/// <param name="Sequence">The position in the run, from 1.</param>
/// <param name="Kind">What the entry states.</param>
/// <param name="Body">The fields of the entry as UTF-8 JSON, format version 1.</param>
public readonly record struct StoredEntry(int Sequence, JournalEntryKind Kind, ReadOnlyMemory<byte> Body);

/// <summary>A run as stores list it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Last">The kind of its last entry, which tells its status.</param>
/// <param name="Sequence">The sequence of its last entry.</param>
public readonly record struct StoredRun(RunId RunId, JournalEntryKind Last, int Sequence)
{
    /// <summary>Whether the run has not ended.</summary>
    public bool IsOpen => Last is not (JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed or JournalEntryKind.RunCancelled);
}

/// <summary>
/// The port to a durable store. A store keeps each run's entries in order, and acknowledges only what survives a power loss.
/// Thread-safe.
/// </summary>
public interface IJournal
{
    /// <summary>Appends entries to a run, all or none, and completes when they are durable.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="epoch">Who writes: an append with an older epoch than the run has seen is refused.</param>
    /// <param name="entries">Consecutive entries; the first one's sequence is the one that must come next.</param>
    /// <param name="cancellationToken">Ends the waiting; the entries may be durable all the same.</param>
    /// <exception cref="JournalConflictException">Another writer has appended, or has a newer epoch.</exception>
    ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken);

    /// <summary>Reads all entries of a run in order; empty for an unknown run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, CancellationToken cancellationToken);

    /// <summary>Lists the runs.</summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<StoredRun> ListAsync(CancellationToken cancellationToken);
}

/// <summary>Another writer owns the run: it has appended entries, or has taken a newer epoch.</summary>
public sealed class JournalConflictException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="message">What was expected and what the store has.</param>
    public JournalConflictException(RunId runId, string message)
        : base($"Run {runId}: {message}") => RunId = runId;

    /// <summary>The run.</summary>
    public RunId RunId { get; }
}
