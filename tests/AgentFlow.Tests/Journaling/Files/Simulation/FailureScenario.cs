using AgentFlow.CrashChild;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>A use of a log with rotation, removal, compaction, closing and opening, in which the n-th operation on the disk fails.</summary>
internal sealed class FailureScenario
{
    private readonly SimulatedDisk _disk = new();
    private readonly ObservedFileSystem _files;
    private readonly Ledger _ledger = new();
    private readonly List<(RecordLog Log, string Run, int Sequence, ValueTask Append)> _appends = [];
    private int _countdown;
    private RecordLog? _log;

    public FailureScenario(int n, int error, bool forGood)
    {
        _countdown = n;
        _files = new ObservedFileSystem(_disk)
        {
            Before = operation =>
            {
                if (!Fails()) return;
                if (operation.Call != DiskCall.Sync) throw JournalIOException.From(operation.Call.ToString(), operation.Path, error);
                _disk.SyncError = _ => error;
            },
            After = _ => _disk.SyncError = _ => 0,
        };

        bool Fails()
        {
            _countdown--;
            if (_countdown != 0 && !(forGood && _countdown < 0 && HasFailed)) return false;
            HasFailed = true;
            return true;
        }
    }

    public bool HasFailed { get; private set; }

    public void Run()
    {
        try
        {
            _log = RecordLog.Open(LogWorkload.Options(_files));
            for (int i = 0; i < 8; i++) Append($"run-{i % 3}", new string('x', 600 * (i % 4)), end: i % 3 == 0);
            Remove("run-0");
            Append("run-1", new string('y', 3000), end: false);
            Compact();
            Append("run-2", "before closing", end: false);
            Close();
            _log = RecordLog.Open(LogWorkload.Options(_files));
            Append("run-1", "after opening", end: false);
            Close();
        }
        catch (JournalException e) when (e is JournalIOException or JournalPoisonedException)
        {
            // The failure, told where it hit, or to the first call after it.
            Assert.True(HasFailed, $"{e}");
        }

        Acknowledge();
        CheckNothingFollowsAFault();
    }

    /// <summary>What is found after the failure, by a process that goes on and after the power has failed.</summary>
    public void CheckAfterwards()
    {
        _disk.SyncError = _ => 0;
        for (int seed = 0; seed < 4; seed++)
        {
            var crashed = RecordLog.Open(LogWorkload.Options(_disk.Crash(new Random(seed))));
            _ledger.Check(crashed);
        }

        if (_log is not null) _log.Close();
        _log = RecordLog.Open(LogWorkload.Options(_disk));
        _ledger.Check(_log);
        _ledger.Adopt(_log);
        Append("run-9", "works again", end: false);
        Acknowledge();
        for (int seed = 0; seed < 4; seed++) _ledger.Check(RecordLog.Open(LogWorkload.Options(_disk.Crash(new Random(seed)))));
        _log.Close();
    }

    private void Append(string run, string text, bool end)
    {
        byte[] payload = System.Text.Encoding.UTF8.GetBytes(text);
        int expected = _ledger.Sequence(run);
        var append = _log!.AppendAsync(run, [new NewRecord(3, end ? NewRecord.Ended : (byte)1, 0, payload)], expected, 1);
        _ledger.Submit(run, [payload]);
        _appends.Add((_log, run, expected + 1, append));
        while (_log.Commit())
        {
        }
    }

    private void Remove(string run)
    {
        var removal = _log!.RemoveAsync(run, _ledger.Sequence(run), 1, 0);
        _ledger.SubmitRemoval(run);
        while (_log.Commit())
        {
        }

        if (removal.IsCompletedSuccessfully) _ledger.AcknowledgeRemoval(run);
    }

    private void Compact()
    {
        try
        {
            _log!.Compact();
        }
        catch (JournalIOException) when (_log!.Fault is null)
        {
            // Nothing that was promised is touched before the manifest is; the log goes on.
        }
    }

    private void Close()
    {
        var log = _log!;
        _log = null;
        log.Close();
    }

    private void Acknowledge()
    {
        foreach (var (_, run, sequence, append) in _appends)
        {
            if (append.IsCompletedSuccessfully) _ledger.Acknowledge(run, sequence);
        }
    }

    private void CheckNothingFollowsAFault()
    {
        var failed = new HashSet<RecordLog>();
        foreach (var (log, run, sequence, append) in _appends)
        {
            Assert.True(append.IsCompleted);
            if (!append.IsCompletedSuccessfully) failed.Add(log);
            if (failed.Contains(log) && append.IsCompletedSuccessfully) Assert.Fail($"entry {sequence} of {run} was acknowledged after a failure");
        }
    }
}
