namespace AgentFlow.Journaling;

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

    /// <summary>Reads the entries of a run in order; empty for an unknown run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="after">The sequence to begin behind; 0 reads all of them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken);

    /// <summary>Lists the runs.</summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<StoredRun> ListAsync(CancellationToken cancellationToken);
}
