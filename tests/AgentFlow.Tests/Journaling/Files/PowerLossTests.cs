using AgentFlow.CrashChild;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>
/// Random use of a log on a simulated disk; at every change of the disk the power fails, in several ways, and the log that is
/// found afterwards is compared with what was acknowledged. <c>AGENTFLOW_SEED=n</c> repeats one seed.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int Rounds = 12;

    [Fact]
    public void After_a_power_loss_at_any_moment_nothing_acknowledged_is_missing()
    {
        long target = 100_000L * SoakFactor.Value;
        var counts = new Counts();
        int? only = int.TryParse(Environment.GetEnvironmentVariable("AGENTFLOW_SEED"), out int given) ? given : null;
        for (int seed = only ?? 1; counts.States < target; seed++)
        {
            try
            {
                RunWorkload(seed, counts);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} failed; repeat it with AGENTFLOW_SEED={seed}.", e);
            }

            if (only is not null) break;
        }

        output.WriteLine($"{counts}");
        if (only is not null) return;

        // A run of this test that never hit one of these would prove nothing about it.
        Assert.True(counts.Torn > target / 100, $"{counts}");
        Assert.True(counts.Rotating > target / 100, $"{counts}");
        Assert.True(counts.Compacting > target / 100, $"{counts}");
        Assert.True(counts.Recovering > target / 100, $"{counts}");
        Assert.True(counts.Lost > target / 100, $"{counts}");
        Assert.True(counts.Kept > target / 100, $"{counts}");
    }

    [Fact]
    public void Any_sectors_of_the_last_batch_may_survive()
    {
        for (int sectors = 2; sectors <= 12; sectors++)
        {
            var disk = new SimulatedDisk();
            var log = TestLog.Open(disk, segmentBytes: 64 << 10);
            log.Write("kept", "before");
            int start = disk.Content("00000001-0.seg").Length;
            log.Write("last", new string('x', (sectors - 1) * 512 - 150));
            byte[] whole = disk.Content("00000001-0.seg");
            int first = start / 512;
            int count = ((whole.Length + 511) / 512) - first;
            for (int survivors = 0; survivors < 1 << count; survivors++)
            {
                byte[] content = [.. whole];
                for (int i = 0; i < count; i++)
                {
                    if ((survivors & (1 << i)) != 0) continue;
                    int from = Math.Max(start, (first + i) * 512);
                    content.AsSpan(from, Math.Min((first + i + 1) * 512, content.Length) - from).Clear();
                }

                var crashed = disk.Copy();
                crashed.Put("00000001-0.seg", content);
                var opened = TestLog.Open(crashed, segmentBytes: 64 << 10);
                bool isWhole = survivors == (1 << count) - 1;
                Assert.Equal(["before"], opened.Texts("kept"));
                Assert.Equal(isWhole ? 1 : 0, opened.Texts("last").Length);
                Assert.Equal(isWhole ? 0 : whole.Length - start, opened.Report.TornBytes);
                opened.Close();
            }
        }
    }

    private static void RunWorkload(int seed, Counts counts)
    {
        var disk = new SimulatedDisk();
        var files = new ObservedFileSystem(disk);
        using var workload = new LogWorkload(files, seed);
        var random = new Random(seed * 31);
        files.Before = operation => Sample(operation);
        files.After = operation => Sample(operation);
        workload.Run(Rounds);

        void Sample(DiskOperation operation)
        {
            if (!operation.IsChange) return;
            for (int i = 0; i < 3; i++) CheckCrash(disk.Crash(random), workload.Ledger, random, operation, counts);
        }
    }

    private static void CheckCrash(SimulatedDisk crashed, Ledger ledger, Random random, DiskOperation operation, Counts counts)
    {
        counts.States++;
        if (random.Next(8) == 0) crashed = CrashWhileOpening(crashed, random, counts);
        var log = RecordLog.Open(LogWorkload.Options(crashed));
        ledger.Check(log);
        counts.Note(operation, log.Report, ledger.IsComplete(log));
        if (random.Next(8) == 0)
        {
            var now = ledger.Copy();
            now.Adopt(log);
            LogWorkload.Continue(log, now, random);
            log.Close();
            log = RecordLog.Open(LogWorkload.Options(crashed));
            now.Check(log);
        }

        log.Close();
    }

    /// <summary>The power fails again while the log is repaired.</summary>
    private static SimulatedDisk CrashWhileOpening(SimulatedDisk disk, Random random, Counts counts)
    {
        counts.Recovering++;
        var files = new ObservedFileSystem(disk);
        int countdown = random.Next(1, 14);
        SimulatedDisk? crashed = null;
        files.Before = operation =>
        {
            if (operation.IsChange && --countdown == 0) crashed = disk.Crash(random);
        };
        var log = RecordLog.Open(LogWorkload.Options(files));
        if (crashed is not null) return crashed;
        log.Close();
        return disk;
    }

    private sealed record Counts
    {
        public long States { get; set; }

        public long Torn { get; private set; }

        public long Rotating { get; private set; }

        public long Compacting { get; private set; }

        public long Recovering { get; set; }

        /// <summary>What was submitted and not acknowledged was not there.</summary>
        public long Lost { get; private set; }

        /// <summary>What was submitted and not acknowledged was there all the same.</summary>
        public long Kept { get; private set; }

        public void Note(DiskOperation operation, OpenReport report, bool isComplete)
        {
            if (report.TornBytes > 0) Torn++;
            if (operation.ToString().EndsWith("segment draft", StringComparison.Ordinal)) Rotating++;
            if (IsCompaction(Path.GetFileName(operation.Path))) Compacting++;
            if (isComplete) Kept++;
            else Lost++;
        }

        private static bool IsCompaction(string name) => name.Contains(".seg", StringComparison.Ordinal) && !name.Contains("-0.seg", StringComparison.Ordinal);
    }
}
