using System.Globalization;
using AgentFlow.CrashChild;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>A real process on real files dies by SIGKILL; what it had acknowledged is compared with what it left.</summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Every moment a log can die in as far as the disk can tell: see <see cref="Failpoints"/>.</summary>
    public static readonly string[] Points =
    [
        "create: Create segment draft", "create: Write segment draft", "create: Sync segment draft", "create: Rename segment draft",
        "create: Create manifest draft", "create: Write manifest draft", "create: Sync manifest draft", "create: Rename manifest draft",
        "create: SyncDirectory directory",
        "open: Create broken copy", "open: Write broken copy", "open: Sync broken copy",
        "open: Create segment draft", "open: Write segment draft", "open: Sync segment draft", "open: Rename segment draft",
        "open: SyncDirectory directory", "open: Delete segment", "open: Delete segment draft", "open: Delete manifest draft",
        "append: Write segment", "append: Sync segment", "append: after Sync segment",
        "append: Create segment draft", "append: Write segment draft", "append: Sync segment draft", "append: Rename segment draft",
        "append: Create manifest draft", "append: Write manifest draft", "append: Sync manifest draft", "append: Rename manifest draft",
        "append: SyncDirectory directory",
        "compact: Create segment draft", "compact: Write segment draft", "compact: Sync segment draft", "compact: Rename segment draft",
        "compact: Create manifest draft", "compact: Write manifest draft", "compact: Sync manifest draft", "compact: Rename manifest draft",
        "compact: SyncDirectory directory", "compact: Delete segment",
        "close: Write segment", "close: Sync segment", "close: after Sync segment",
    ];

    private readonly TemporaryDirectory _directory = new();
    private int _directories;

    [Fact]
    public async Task The_list_of_failpoints_is_complete()
    {
        var (exitCode, lines) = await ChildProcess.RunAsync(["points", NewDirectory()]);
        Assert.Equal(0, exitCode);
        Assert.Equal(Points.Order(StringComparer.Ordinal), lines.Where(l => l.StartsWith("POINT ", StringComparison.Ordinal)).Select(l => l[6..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Killed_at_every_failpoint_a_log_has_what_it_acknowledged()
    {
        int repetitions = 10 * SoakFactor.Value;
        int deaths = 0;
        await Parallel.ForEachAsync(Points, Lanes, async (point, _) =>
        {
            var (directory, ledger) = (NewDirectory(), new ChildLedger());
            for (int i = 0; i < repetitions; i++)
            {
                // Only an empty directory is created in.
                if (point.StartsWith("create", StringComparison.Ordinal)) (directory, ledger) = (NewDirectory(), new ChildLedger());
                int hit = point.EndsWith("SyncDirectory directory", StringComparison.Ordinal) || point.Contains("Sync segment", StringComparison.Ordinal) ? 1 + (i % 2) : 1;
                var (exitCode, lines) = await ChildProcess.RunAsync(["die", directory, point, hit.ToString(CultureInfo.InvariantCulture)]);
                Assert.Equal(137, exitCode);
                Assert.Equal($"AT {point}", lines[^1]);
                Interlocked.Increment(ref deaths);
                ledger.Note(lines);
                await ledger.CheckAsync(directory);
            }
        });
        Assert.Equal(Points.Length * repetitions, deaths);
    }

    [Fact]
    public async Task The_lock_of_another_process_names_it_and_goes_with_it()
    {
        string directory = NewDirectory();
        var (_, lines) = await ChildProcess.RunAsync(["work", directory, directory + ".window"], onLine: (process, line) =>
        {
            if (process.HasExited) return;
            var refused = Assert.Throws<JournalLockedException>(() => RecordLog.Open(ChildLog.Options(directory, JournalFileSystem.System)));
            Assert.Equal($"process {process.Id} on {Environment.MachineName}", refused.Holder);
            process.Kill();
            process.WaitForExit();
        });
        var ledger = new ChildLedger();
        ledger.Note(lines);
        await ledger.CheckAsync(directory);
    }

    [Fact]
    public async Task Killed_at_any_instant_a_log_has_what_it_acknowledged()
    {
        const int KillsPerDirectory = 30;
        int directories = 4 * SoakFactor.Value;
        int[] windows = new int[ChildWindow.Count];
        long acknowledged = 0;
        await Parallel.ForEachAsync(Enumerable.Range(1, directories), Lanes, async (seed, _) =>
        {
            var (directory, ledger, random) = (NewDirectory(), new ChildLedger(), new Random(seed));
            string window = directory + ".window";
            for (int i = 0; i < KillsPerDirectory; i++)
            {
                // Every other one dies in a window of the committer, each of which is too short to be hit by chance.
                int aim = i % 2 == 0 ? -1 : 1 + (i / 2 % (ChildWindow.Count - 1));
                int left = aim < 0 ? random.Next(1, 60) : int.MaxValue;
                int spins = random.Next(3000);
                int hit = aim == ChildWindow.Rotating ? random.Next(1, 3) : random.Next(1, 40);
                var (exitCode, lines) = await ChildProcess.RunAsync(["work", directory, window, $"{aim}", $"{hit}"], onLine: (process, line) =>
                {
                    if (!line.StartsWith("ACK", StringComparison.Ordinal) || --left != 0) return;
                    Thread.SpinWait(spins);
                    process.Kill();
                });
                Assert.Equal(137, exitCode);
                Interlocked.Increment(ref windows[File.ReadAllBytes(window)[0]]);
                ledger.Note(lines);
                await ledger.CheckAsync(directory);
            }

            Interlocked.Add(ref acknowledged, ledger.Acknowledgements);
        });

        int kills = directories * KillsPerDirectory;
        string found = $"{kills} kills: idle {windows[ChildWindow.Idle]}, writing {windows[ChildWindow.Writing]}, between write and sync {windows[ChildWindow.Written]}, "
            + $"syncing {windows[ChildWindow.Syncing]}, rotating {windows[ChildWindow.Rotating]}; {acknowledged} acknowledgements";
        output.WriteLine(found);
        Assert.Equal(kills, windows.Sum());
        AssertEveryWindowWasHit(windows, kills, found);
        Assert.True(acknowledged > kills * 10L, found);
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>An eighth of the kills is aimed at each window of the committer; where the others fall is chance, and most of them find it idle.</summary>
    private static void AssertEveryWindowWasHit(int[] windows, int kills, string found) =>
        Assert.True(windows.Skip(1).Min() >= kills / 12 && windows[ChildWindow.Idle] > 0, found);

    private static ParallelOptions Lanes => new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private string NewDirectory() => Directory.CreateDirectory(_directory.File($"{Interlocked.Increment(ref _directories)}")).FullName;
}
