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

    /// <summary>All runs, in no order; runs that come while the list is read may be missing.</summary>
    /// <param name="removedToo">Whether those that were removed are listed.</param>
    public IEnumerable<RunInfo> List(bool removedToo = false) => _index.List(removedToo);

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
