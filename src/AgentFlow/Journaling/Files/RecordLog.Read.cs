using System.Buffers;
using System.Text;

namespace AgentFlow.Journaling.Files;

internal sealed partial class RecordLog
{
    /// <summary>What is known of a run, as far as it is durable, or <see langword="null"/>.</summary>
    public RunInfo? Find(string run)
    {
        if (_index.Find(run) is not { } state) return null;
        lock (state) return state.Exists ? state.Info : null;
    }

    /// <summary>All runs that were not removed, in no order; runs that come while the list is read may be missing.</summary>
    public IEnumerable<RunInfo> List() => _index.List();

    /// <summary>
    /// A run's durable records in order, as far as they are there when the reading comes to them. Read from the files in
    /// pieces, on the thread that enumerates. A run that is unknown or was removed has none.
    /// </summary>
    /// <param name="run">The run's key.</param>
    /// <param name="after">The sequence to begin behind.</param>
    /// <exception cref="JournalCorruptException">A record does not match the hash it was written with.</exception>
    /// <exception cref="JournalIOException">A file operation failed.</exception>
    public IEnumerable<StoredRecord> Read(string run, long after = 0) => new RunReader(_index, _options.Cipher).Read(run, after);
}
