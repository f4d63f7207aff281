using System.Diagnostics;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// A durable log of opaque records, in order per run, in one directory with one writer. An append that completes is on the
/// disk; one that fails with a <see cref="JournalIOException"/> is uncertain until the log is opened again; one that is refused
/// left no trace. Thread-safe.
/// </summary>
/// <remarks>Relies on the disk to write a sector of 512 bytes as a whole or not at all, as every journal does that packs its entries.</remarks>
[DebuggerDisplay("{Directory,nq}, epoch {Report.Epoch}")]
internal sealed partial class RecordLog : IAsyncDisposable
{
    private readonly RecordLogOptions _options;
    private readonly IDisposable _lock;
    private readonly SegmentSet _segments;
    private readonly RunIndex _index;
    private readonly RecordEncoder _encoder;
    private readonly Committer _committer;
    private Task? _closing;

    private RecordLog(RecordLogOptions options, IDisposable held, SegmentSet segments, RunIndex index, OpenReport report)
    {
        _options = options;
        _lock = held;
        _segments = segments;
        _index = index;
        _encoder = new RecordEncoder(options);
        _committer = new Committer(options, segments);
        Report = report;
    }

    public string Directory => _options.Directory;

    /// <summary>What was found when the log was opened.</summary>
    public OpenReport Report { get; }

    /// <summary>The failure after which nothing is appended any more, or <see langword="null"/>.</summary>
    public Exception? Fault => _committer.Fault;

    private bool IsClosing => Volatile.Read(ref _closing) is not null;

    /// <summary>Opens the log, or creates it. Reads all of it on the calling thread.</summary>
    /// <exception cref="JournalLockedException">Somebody else has it open.</exception>
    /// <exception cref="JournalCorruptException">Something in it is damaged. Nothing was changed.</exception>
    /// <exception cref="JournalVersionException">It was written by another version. Nothing was changed.</exception>
    /// <exception cref="JournalIOException">A file operation failed.</exception>
    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public static RecordLog Open(RecordLogOptions options)
    {
        options = options.Validated() with { Directory = Path.GetFullPath(options.Directory) };
        options.FileSystem.CreateDirectory(options.Directory);
        var held = options.FileSystem.Lock(Path.Combine(options.Directory, "LOCK"), options.AllowUnlocked);
        try
        {
            var (segments, index, report) = new LogOpening(options).Open();
            return new RecordLog(options, held, segments, index, report);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Writes one batch of what waits, on the calling thread; only where <see cref="RecordLogOptions.CommitsByHand"/> is set.</summary>
    /// <returns>Whether anything waited.</returns>
    public bool Commit() => _options.CommitsByHand
        ? _committer.Commit()
        : throw new InvalidOperationException($"The log has a committer of its own: batches are written by hand only with {nameof(RecordLogOptions.CommitsByHand)}.");

    /// <summary>Writes what was accepted, closes the files and lets go of the directory. Appends are refused from the call on.</summary>
    public async ValueTask DisposeAsync()
    {
        var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _closing, closing.Task, null) is { } already)
        {
            await already.ConfigureAwait(false);
            return;
        }

        await _committer.CloseAsync().ConfigureAwait(false);
        lock (_compaction) _segments.Dispose();
        _committer.Dispose();
        _lock.Dispose();
        closing.SetResult();
    }
}
