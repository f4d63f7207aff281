using System.Diagnostics;
using System.Runtime.CompilerServices;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Journaling;

/// <summary>
/// Keeps runs durably in one directory, without a server: an append is acknowledged when it is synced to the disk. One process at
/// a time; opening repairs what a crash cut off and refuses what is damaged. Thread-safe.
/// </summary>
[DebuggerDisplay("{Directory,nq}")]
public sealed partial class FileJournal : IJournal, IAsyncDisposable, IDisposable
{
    private readonly RecordLog _log;
    private readonly LegalHolds _holds;
    private readonly IPayloadCipher? _cipher;
    private readonly Func<RunStartedEntry, string?> _payloadKey;
    private readonly TimeProvider _time;

    private FileJournal(RecordLog log, LegalHolds holds, FileJournalOptions options)
    {
        _log = log;
        _holds = holds;
        _cipher = options.Cipher;
        _payloadKey = options.PayloadKey;
        _time = options.Time;
    }

    /// <summary>Where the runs are kept.</summary>
    public string Directory => _log.Directory;

    /// <summary>How many bytes of an unfinished write opening removed from the end; they were never acknowledged. A copy of the file
    /// as it was found stays beside it.</summary>
    public long RepairedBytes => _log.Report.TornBytes;

    /// <summary>The failure after which nothing is appended any more, or <see langword="null"/>: close the journal and open it again.</summary>
    public Exception? Fault => _log.Fault;

    /// <summary>Opens the journal in a directory, or creates it. Reads all of it on the calling thread.</summary>
    /// <param name="directory">The directory; nothing else should be kept in it.</param>
    /// <exception cref="JournalLockedException">Another process has it open.</exception>
    /// <exception cref="JournalCorruptException">Something in it is damaged. Nothing was changed.</exception>
    /// <exception cref="JournalVersionException">It was written by a newer version. Nothing was changed.</exception>
    /// <exception cref="JournalIOException">A file operation failed.</exception>
    public static FileJournal Open(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Open(new FileJournalOptions { Directory = directory });
    }

    /// <inheritdoc cref="Open(string)"/>
    /// <param name="options">The directory, sizes, and encryption.</param>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public static FileJournal Open(FileJournalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Open(options, options.ToLogOptions());
    }

    internal static FileJournal Open(FileJournalOptions options, RecordLogOptions logOptions)
    {
        var log = RecordLog.Open(logOptions);
        try
        {
            return new(log, new LegalHolds(log), options);
        }
        catch
        {
            log.DisposeAsync().AsTask().Wait();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="JournalRemovedException">The run was removed. Nothing was written.</exception>
    /// <exception cref="JournalPayloadTooLargeException">An entry, or all of them together, are too large. Nothing was written.</exception>
    /// <exception cref="JournalIOException">The write failed; whether the entries are there is uncertain until the journal is opened again.</exception>
    /// <exception cref="JournalPoisonedException">An earlier write failed.</exception>
    public ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0) return default;
        if (entries.Count == 1)
        {
            var record = RecordOf(entries[0]);
            return _log.AppendAsync(runId.ToString(), new ReadOnlySpan<NewRecord>(in record), entries[0].Sequence - 1, epoch, KeyOf(runId, entries[0]), cancellationToken);
        }

        var records = new NewRecord[entries.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var entry = entries[i];
            if (entry.Sequence != entries[0].Sequence + i) throw new ArgumentException($"Entry {entry.Sequence} does not follow entry {entries[0].Sequence + i - 1}: the entries of one append are consecutive.", nameof(entries));
            records[i] = RecordOf(entry);
        }

        return _log.AppendAsync(runId.ToString(), records, entries[0].Sequence - 1, epoch, KeyOf(runId, entries[0]), cancellationToken);
    }

    private static NewRecord RecordOf(StoredEntry entry) => new((byte)entry.Kind, StatusOf(entry.Kind), entry.Time.UtcTicks, entry.Body);

    /// <inheritdoc/>
    /// <exception cref="JournalCorruptException">An entry does not match the hash it was written with.</exception>
    /// <exception cref="JournalIOException">A file operation failed.</exception>
    public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new([.. _log.Read(runId.ToString(), after).Select(static record =>
            new StoredEntry((int)record.Sequence, (JournalEntryKind)record.Kind, new DateTimeOffset(record.Time, TimeSpan.Zero), record.Payload) { Epoch = record.Epoch, IsErased = record.IsErased })]);
    }

    /// <inheritdoc/>
    /// <remarks>Runs that were removed are not listed; see <see cref="Describe()"/>.</remarks>
    public async IAsyncEnumerable<StoredRun> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var run in _log.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (run.Run != LegalHolds.Key) yield return new(RunId.Parse(run.Run), (JournalEntryKind)run.Kind, (int)run.Sequence, run.Epoch);
        }
    }

    /// <summary>Writes what was accepted, closes the files and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync().ConfigureAwait(false);
        _retention.Dispose();
    }

    /// <summary>The same, on the calling thread, which waits for the disk. Prefer <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => DisposeAsync().AsTask().Wait();

    private static byte StatusOf(JournalEntryKind kind) => kind switch
    {
        JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed or JournalEntryKind.RunCancelled => NewRecord.Ended,
        _ => 0,
    };

    /// <summary>What a run's first entry chose holds for all of them. The log is asked rather than a memory: of two who start one run only one is in it.</summary>
    private string? KeyOf(RunId runId, StoredEntry first)
    {
        if (_cipher is null) return null;
        if (first.Sequence == 1) return EntryDecoder.Decode(first) is RunStartedEntry started ? _payloadKey(started) : null;
        return _log.Read(runId.ToString()).FirstOrDefault() is { } stored
            ? stored.Key
            : throw new JournalSequenceException(runId, first.Sequence - 1, 0);
    }
}
