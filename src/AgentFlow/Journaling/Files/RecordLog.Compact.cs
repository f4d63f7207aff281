namespace AgentFlow.Journaling.Files;

internal sealed partial class RecordLog
{
    private const int RemovalsAtOnce = 256;

    private readonly Lock _compaction = new();

    /// <summary>Removes the runs that have ended and that the caller does without, and frees their space.</summary>
    /// <param name="isExpired">Asked once for every run that has ended.</param>
    /// <param name="time">When, in UTC ticks.</param>
    /// <param name="cancellationToken">Stops between removals.</param>
    /// <remarks>A run that is continued meanwhile is kept. Throws as <see cref="RemoveAsync"/> and <see cref="Compact"/> do.</remarks>
    public async ValueTask<CompactionReport> TrimAsync(Func<RunInfo, bool> isExpired, long time, CancellationToken cancellationToken = default)
    {
        int removed = 0;
        foreach (var some in List().Where(run => run.HasEnded && isExpired(run)).Chunk(RemovalsAtOnce))
        {
            bool[] results = await Task.WhenAll(some.Select(run => RemoveUnlessContinuedAsync(run, time, cancellationToken))).ConfigureAwait(false);
            removed += results.Count(static result => result);
        }

        return Compact() with { RemovedRuns = removed };
    }

    /// <summary>
    /// Frees the space of removed runs, on the calling thread; appends and reads go on meanwhile. Runs that were not removed
    /// are kept whole, and of removed ones the proof that they were there.
    /// </summary>
    /// <exception cref="JournalIOException">A file operation failed. Before the manifest was touched the log goes on; from there on it is poisoned.</exception>
    /// <exception cref="JournalCorruptException">A segment is damaged. It is kept as it is.</exception>
    /// <exception cref="JournalPoisonedException">An earlier write failed.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public CompactionReport Compact()
    {
        lock (_compaction)
        {
            if (_committer.Fault is not null || IsClosing) throw _committer.Refusal();
            return new SegmentCompaction(_options, _segments, _index, _committer.Poison).Run();
        }
    }

    private async Task<bool> RemoveUnlessContinuedAsync(RunInfo run, long time, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveAsync(run.Run, run.Sequence, run.Epoch, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (JournalException continued) when (continued is JournalConflictException or JournalRemovedException or JournalRunOpenException)
        {
            // Somebody appended to the run, or removed it, since it was listed.
            return false;
        }
    }
}
