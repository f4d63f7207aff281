using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>A random use of a log, the same for the same seed: appends in batches, removals, compactions, closing and opening.</summary>
internal sealed class LogWorkload(JournalFileSystem files, int seed) : IDisposable
{
    private readonly Random _random = new(seed);
    private int _runs;
    private RecordLog? _log;

    public Ledger Ledger { get; } = new();

    public static RecordLogOptions Options(JournalFileSystem files, int segmentBytes = 4096) => new()
    {
        Directory = SimulatedDisk.Directory,
        FileSystem = files,
        SegmentBytes = segmentBytes,
        CommitsByHand = true,
    };

    public void Run(int rounds)
    {
        _log = RecordLog.Open(Options(files));
        for (int round = 0; round < rounds; round++)
        {
            switch (_random.Next(16))
            {
                case 0: Close(); _log = RecordLog.Open(Options(files)); break;
                case 1 or 2: RemoveSome(); break;
                default: AppendBatch(); break;
            }
        }

        Close();
    }

    /// <summary>Writes one more batch to a log that was opened after a crash.</summary>
    public static void Continue(RecordLog log, Ledger ledger, Random random)
    {
        string run = ledger.Runs.FirstOrDefault() ?? "after the crash";
        Append(log, ledger, run, random);
        while (log.Commit())
        {
        }

        ledger.AcknowledgeAll();
    }

    public void Dispose() => _log?.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Close()
    {
        // By hand there is no thread to wait for: closing completes at once.
        var log = _log;
        _log = null;
        log?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (log?.Fault is { } fault) throw fault;
    }

    private void AppendBatch()
    {
        int appends = _random.Next(1, 5);
        for (int i = 0; i < appends; i++)
        {
            string[] known = [.. Ledger.Runs];
            string run = known.Length == 0 || _random.Next(4) == 0 ? $"run-{++_runs}" : known[_random.Next(known.Length)];
            Append(_log!, Ledger, run, _random);
        }

        CommitAll();
    }

    private void RemoveSome()
    {
        foreach (string run in Ledger.Runs.Where(_ => _random.Next(3) > 0).ToList()) Remove(run);
        _log!.Compact();
    }

    private void Remove(string run)
    {
        var end = new NewRecord(16, NewRecord.Ended, 0, new byte[] { 1 });
        Ledger.Submit(run, [[1]]);
        _ = _log!.AppendAsync(run, [end], Ledger.Sequence(run) - 1, 1);
        CommitAll();
        Ledger.SubmitRemoval(run);
        _ = _log.RemoveAsync(run, Ledger.Sequence(run), 1, 0);
        CommitAll();
    }

    private void CommitAll()
    {
        while (_log!.Commit())
        {
        }

        if (_log.Fault is { } fault) throw fault;
        Ledger.AcknowledgeAll();
    }

    private static void Append(RecordLog log, Ledger ledger, string run, Random random)
    {
        int expected = ledger.Sequence(run);
        var payloads = new byte[random.Next(1, 4)][];
        for (int i = 0; i < payloads.Length; i++)
        {
            payloads[i] = new byte[random.Next(5) == 0 ? random.Next(1500) : random.Next(60)];
            random.NextBytes(payloads[i]);
        }

        ledger.Submit(run, payloads);
        _ = log.AppendAsync(run, [.. payloads.Select(p => new NewRecord(3, 1, 0, p))], expected, 1);
    }
}
