using System.Diagnostics;
using System.Runtime.CompilerServices;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Journaling;

/// <summary>
/// Keeps runs durably in one directory, without a server: an append is acknowledged when it is synced to the disk. One process at
/// a time; opening repairs what a crash cut off and refuses what is damaged. Thread-safe.
/// </summary>
[DebuggerDisplay("{Directory,nq}")]
public sealed class FileJournal : IJournal, IAsyncDisposable, IDisposable
{
    private readonly RecordLog _log;

    private FileJournal(RecordLog log) => _log = log;

    /// <summary>Where the runs are kept.</summary>
    public string Directory => _log.Directory;

    /// <summary>How many bytes of an unfinished write opening removed from the end; they were never acknowledged. A copy of the file
    /// as it was found stays beside it.</summary>
    public long RepairedBytes => _log.Report.TornBytes;

    /// <summary>Opens the journal in a directory, or creates it. Reads all of it on the calling thread.</summary>
    /// <param name="directory">The directory; nothing else should be kept in it.</param>
    /// <exception cref="JournalLockedException">Another process has it open.</exception>
    /// <exception cref="JournalCorruptException">Something in it is damaged. Nothing was changed.</exception>
    /// <exception cref="JournalVersionException">It was written by a newer version. Nothing was changed.</exception>
    /// <exception cref="JournalIOException">A file operation failed.</exception>
    public static FileJournal Open(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return new(RecordLog.Open(new RecordLogOptions { Directory = directory }));
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0) return default;
        var records = new NewRecord[entries.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var entry = entries[i];
            records[i] = new((byte)entry.Kind, StatusOf(entry.Kind), entry.Time.UtcTicks, entry.Body);
        }

        return _log.AppendAsync(runId.ToString(), records, entries[0].Sequence - 1, epoch, key: null, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new([.. _log.Read(runId.ToString(), after).Select(record =>
            new StoredEntry((int)record.Sequence, (JournalEntryKind)record.Kind, new DateTimeOffset(record.Time, TimeSpan.Zero), record.Payload) { Epoch = record.Epoch })]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredRun> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var run in _log.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!run.IsRemoved) yield return new(RunId.Parse(run.Run), (JournalEntryKind)run.Kind, (int)run.Sequence, run.Epoch);
        }
    }

    /// <summary>Writes what was accepted, closes the files and lets go of the directory.</summary>
    public ValueTask DisposeAsync() => _log.DisposeAsync();

    /// <summary>The same, on the calling thread, which waits for the disk. Prefer <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => _log.DisposeAsync().AsTask().Wait();

    private static byte StatusOf(JournalEntryKind kind) => kind switch
    {
        JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed or JournalEntryKind.RunCancelled => NewRecord.Ended,
        _ => 0,
    };
}
