using AgentFlow.Journaling.Files;

namespace AgentFlow.Journaling;

/// <content>What is kept, and what goes.</content>
public sealed partial class FileJournal
{
    /// <summary>Removals and holds exclude each other: what was held before a removal began is not removed.</summary>
    private readonly SemaphoreSlim _retention = new(1);

    /// <summary>All runs, removed ones included, in no order.</summary>
    public IEnumerable<StoredRunInfo> Describe() => _log.List(removedToo: true).Where(static run => run.Run != LegalHolds.Key).Select(Describe);

    /// <summary>What is known of a run, a removed one included; <see langword="null"/> when it never was here.</summary>
    /// <param name="runId">The run.</param>
    public StoredRunInfo? Describe(RunId runId) => _log.Find(runId.ToString()) is { } run ? Describe(run) : null;

    /// <summary>
    /// Removes an ended run. From now on it is not read or listed any more; its bytes go with a later <see cref="TrimAsync"/> or
    /// <see cref="Compact"/>, when their file is not written any more. What stays for good is a record with the hash its entries ended
    /// with; its id is not used again. To erase content at once, destroy its key: <see cref="FileJournalOptions.Cipher"/>.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the waiting; the run may be removed all the same.</param>
    /// <returns>Whether there was such a run that was not removed before.</returns>
    /// <exception cref="JournalRunOpenException">The run has not ended.</exception>
    /// <exception cref="JournalHeldException">The run is held.</exception>
    /// <exception cref="JournalIOException">The write failed.</exception>
    /// <exception cref="JournalPoisonedException">An earlier write failed.</exception>
    public async ValueTask<bool> RemoveAsync(RunId runId, CancellationToken cancellationToken = default)
    {
        await _retention.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_log.Find(runId.ToString()) is not { IsRemoved: false } run) return false;
            if (_holds.Find(runId) is { } reason) throw new JournalHeldException(runId, reason);
            await _log.RemoveAsync(run.Run, run.Sequence, run.Epoch, Now, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _retention.Release();
        }
    }

    /// <summary>Removes the runs that ended before a date and are not held, and frees the space of removed runs. Open runs are kept whole.</summary>
    /// <param name="endedBefore">The date.</param>
    /// <param name="cancellationToken">Stops between removals.</param>
    /// <remarks>Frees the space on the calling thread; appends and reads go on meanwhile. Throws as <see cref="RemoveAsync"/> and <see cref="Compact"/> do.</remarks>
    public async ValueTask<JournalTrimReport> TrimAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken = default)
    {
        await _retention.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var report = await _log.TrimAsync(run => run.Time < endedBefore.UtcTicks && _holds.Find(RunId.Parse(run.Run)) is null, Now, cancellationToken).ConfigureAwait(false);
            return new(report.RemovedRuns, report.FreedBytes);
        }
        finally
        {
            _retention.Release();
        }
    }

    /// <summary>Frees the space of removed runs, on the calling thread; appends and reads go on meanwhile.</summary>
    /// <returns>How many bytes were freed.</returns>
    /// <exception cref="JournalIOException">A file operation failed. The journal goes on, unless its list of files was touched already.</exception>
    /// <exception cref="JournalCorruptException">A file is damaged. It is kept as it is.</exception>
    /// <exception cref="JournalPoisonedException">An earlier write failed.</exception>
    /// <exception cref="ObjectDisposedException">The journal is closed.</exception>
    public long Compact() => _log.Compact().FreedBytes;

    /// <summary>Keeps a run from being removed until it is released, by this process or a later one. A held run can go on and end.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Why, for whoever wants to remove it; kept in clear.</param>
    /// <exception cref="ArgumentException">There is no such run, or no reason.</exception>
    /// <exception cref="JournalRemovedException">The run was removed.</exception>
    /// <remarks>Throws as <see cref="AppendAsync"/> does, too.</remarks>
    public async ValueTask HoldAsync(RunId runId, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await _retention.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_log.Find(runId.ToString()) is not { } run) throw new ArgumentException($"There is no run {runId} in {Directory}.", nameof(runId));
            if (run.IsRemoved) throw new JournalRemovedException(runId);
            await _holds.HoldAsync(runId, reason, Now).ConfigureAwait(false);
        }
        finally
        {
            _retention.Release();
        }
    }

    /// <summary>Ends the hold of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Why; kept in the journal, in clear.</param>
    /// <returns>Whether it was held.</returns>
    /// <remarks>Throws as <see cref="AppendAsync"/> does.</remarks>
    public async ValueTask<bool> ReleaseHoldAsync(RunId runId, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await _retention.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_holds.Find(runId) is null) return false;
            await _holds.ReleaseAsync(runId, reason, Now).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _retention.Release();
        }
    }

    private long Now => _time.GetUtcNow().UtcTicks;

    private StoredRunInfo Describe(RunInfo run)
    {
        var id = RunId.Parse(run.Run);
        return new()
        {
            RunId = id,
            State = run.IsRemoved ? StoredRunState.Removed : run.HasEnded ? StoredRunState.Ended : StoredRunState.Open,
            Entries = run.IsRemoved ? run.Sequence - 1 : run.Sequence,
            LastChange = new(run.Time, TimeSpan.Zero),
            Bytes = run.Bytes,
            Hash = run.Head.ToString(),
            Hold = _holds.Find(id),
        };
    }
}
