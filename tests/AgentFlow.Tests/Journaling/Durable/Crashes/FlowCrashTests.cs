using AgentFlow.CrashChild;
using AgentFlow.Journaling;
using AgentFlow.Tests.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Durable.Crashes;

/// <summary>A real process with flows, agents, tools, questions and timers over a file journal dies by SIGKILL, again and again.</summary>
public sealed class FlowCrashTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>What the journal is given by the flow of the child.</summary>
    private static readonly JournalEntryKind[] Kinds =
    [
        JournalEntryKind.RunStarted, JournalEntryKind.EffectIntended, JournalEntryKind.EffectCompleted, JournalEntryKind.DecisionMade,
        JournalEntryKind.RequestOpened, JournalEntryKind.RequestResolved, JournalEntryKind.TimerSet, JournalEntryKind.TimerFired,
        JournalEntryKind.RunSuspended, JournalEntryKind.RunResumed, JournalEntryKind.RunCompleted,
    ];

    /// <summary>Every moment a run can die in: around every append, by what it keeps, around every effect, and while one run takes over from another.</summary>
    private static readonly string[] Points =
    [
        .. Kinds.SelectMany(kind => new[] { $"{kind}: before", $"{kind}: after" }),
        .. new[] { "load", "left", "right", "look", "charge", "pay", "successor", "succession" }.SelectMany(step => new[] { $"{step}: before", $"{step}: after" }),
        "model: before",
    ];

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task The_list_of_failpoints_is_complete()
    {
        var ledger = new FlowLedger(NewDirectory("points"));
        var (exitCode, lines) = await ChildProcess.RunAsync(ledger.Begin("flow-points"));
        Assert.Equal(0, exitCode);
        Assert.Equal(Points.Order(StringComparer.Ordinal), lines.Where(line => line.StartsWith("POINT ", StringComparison.Ordinal)).Select(line => line[6..]).Order(StringComparer.Ordinal));
        await ledger.CheckAsync(lines);
        await ledger.CheckAllHaveEndedAsync();
        Assert.Equal((24, 24), (ledger.Accepted, ledger.Ended));
    }

    [Fact]
    public async Task Killed_at_every_failpoint_no_run_is_lost_and_no_recorded_effect_happens_again()
    {
        var repetitions = 10 * SoakFactor.Value;
        var hits = Points.ToDictionary(point => point, _ => 0);
        var (continued, repeated, successions) = (0, 0, 0);
        await Parallel.ForEachAsync(Points, Lanes, async (point, _) =>
        {
            var ledger = new FlowLedger(NewDirectory(point.Replace(": ", "-", StringComparison.Ordinal)));
            for (var n = 0; n < repetitions; n++)
            {
                // At the first, the second or the third run that comes there.
                var (exitCode, lines) = await ChildProcess.RunAsync(ledger.Begin("flow-die", point, $"{1 + n % 3}"));
                Assert.Equal(137, exitCode);
                Assert.Equal([$"AT {point}"], lines.Where(line => line.StartsWith("AT ", StringComparison.Ordinal)));
                lock (hits) hits[point]++;
                await ledger.CheckAsync(lines);
            }

            await FinishAsync(ledger);
            Interlocked.Add(ref continued, ledger.Continued);
            Interlocked.Add(ref repeated, ledger.Repeated);
            Interlocked.Add(ref successions, ledger.Successions);
        });
        var found = $"{hits.Values.Sum()} kills at {Points.Length} points; {continued} entries of continuation read, {successions} runs went on in another one, {repeated} unrecorded effects happened again";
        output.WriteLine(found);
        Assert.All(hits, hit => Assert.Equal(repetitions, hit.Value));
        Assert.True(continued >= hits.Values.Sum() && successions >= Points.Length && repeated >= Points.Length, found);
    }

    [Fact]
    public async Task Killed_at_any_instant_no_run_is_lost_and_no_recorded_effect_happens_again()
    {
        const int KillsPerDirectory = 30;
        var directories = 10 * SoakFactor.Value;
        var windows = new int[ChildWindow.Count];
        var (accepted, ended, repeated, continued) = (0, 0, 0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(1, directories), Lanes, async (seed, _) =>
        {
            var directory = NewDirectory($"{seed}");
            var (ledger, random, window) = (new FlowLedger(directory), new Random(seed), directory + ".window");
            for (var kill = 0; kill < KillsPerDirectory; kill++)
            {
                // Every other one dies in a window of the committer, each of which is too short to be hit by chance.
                var aim = kill % 2 == 0 ? -1 : 1 + random.Next(ChildWindow.Count - 1);
                var (left, spins) = (aim < 0 ? random.Next(1, 20) : int.MaxValue, random.Next(3000));
                var hit = aim == ChildWindow.Rotating ? 1 : random.Next(1, 30);
                var (exitCode, lines) = await ChildProcess.RunAsync(ledger.Begin("flows", window, $"{aim}", $"{hit}"), onLine: (process, _) =>
                {
                    if (--left != 0) return;
                    Thread.SpinWait(spins);
                    process.Kill();
                });
                Assert.Equal(137, exitCode);
                Interlocked.Increment(ref windows[File.ReadAllBytes(window)[0]]);
                await ledger.CheckAsync(lines);
            }

            await FinishAsync(ledger);
            Interlocked.Add(ref accepted, ledger.Accepted);
            Interlocked.Add(ref ended, ledger.Ended);
            Interlocked.Add(ref repeated, ledger.Repeated);
            Interlocked.Add(ref continued, ledger.Continued);
        });

        var kills = directories * KillsPerDirectory;
        var found = $"{kills} kills: idle {windows[ChildWindow.Idle]}, writing {windows[ChildWindow.Writing]}, between write and sync {windows[ChildWindow.Written]}, "
            + $"syncing {windows[ChildWindow.Syncing]}, rotating {windows[ChildWindow.Rotating]}; {accepted} runs accepted, {ended} ended, {continued} entries of continuation read, {repeated} unrecorded effects happened again";
        output.WriteLine(found);
        Assert.Equal(kills, windows.Sum());
        Assert.True(windows.Min() >= kills / 30, found);
        Assert.True(accepted >= kills && continued >= kills && repeated >= kills / 30, found);
    }

    public void Dispose() => _directory.Dispose();

    private static ParallelOptions Lanes => new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>A last life without a crash ends everything.</summary>
    private static async Task FinishAsync(FlowLedger ledger)
    {
        var (exitCode, lines) = await ChildProcess.RunAsync(ledger.Begin("flow-finish"));
        await ledger.CheckAsync(lines);
        Assert.Equal(0, exitCode);
        await ledger.CheckAllHaveEndedAsync();
    }

    private string NewDirectory(string name) => Directory.CreateDirectory(_directory.File(name)).FullName;
}
