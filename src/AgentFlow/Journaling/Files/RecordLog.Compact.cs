namespace AgentFlow.Journaling.Files;

internal sealed partial class RecordLog
{
    private readonly Lock _compaction = new();

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
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _closing) is not null, this);
            if (_committer.Fault is not null) throw _committer.Refusal();
            return new SegmentCompaction(_options, _segments, _index, _committer.Poison).Run();
        }
    }
}
