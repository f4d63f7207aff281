using AgentFlow.CrashChild;
using AgentFlow.Journaling;
using AgentFlow.Tests.Journaling.Files;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Journaling.Durable.Crashes;

/// <summary>The disk under a runtime fails: whoever waits for a run is told so, nothing is acknowledged any more, and the next process goes on.</summary>
public sealed class FailingJournalTests : IDisposable
{
    private const string Strace = "/usr/bin/strace";
    private static readonly FileJournalOptions Options = new() { Directory = SimulatedDisk.Directory, SegmentBytes = 4 << 10 };
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(5, typeof(JournalIOException))]
    [InlineData(28, typeof(JournalFullException))]
    [InlineData(30, typeof(JournalIOException))]
    public async Task Whichever_operation_fails_the_caller_is_told_and_the_next_process_goes_on(int error, Type type)
    {
        var failed = 0;
        for (var n = 1; ; n++)
        {
            var executed = new List<string>();
            var flow = Chain(executed);
            var (disk, isFaulty) = (new SimulatedDisk(), false);
            var operations = 0;
            var files = new ObservedFileSystem(disk)
            {
                Before = operation =>
                {
                    if (!operation.IsChange || ++operations != n) return;
                    isFaulty = true;
                    throw JournalIOException.From($"{operation.Call}", operation.Path, error);
                },
            };
            await FailAsync(flow, files, type);
            if (!isFaulty) break;
            failed++;
            await GoOnAsync(flow, disk, executed);
        }

        Assert.True(failed > 20, $"only {failed} operations were failed");
    }

    [Theory]
    [InlineData("fdatasync", "EIO", "JournalIOException")]
    [InlineData("fdatasync", "ENOSPC", "JournalFullException")]
    [InlineData("pwrite64", "EROFS", "JournalIOException")]
    public async Task Real_calls_that_fail_end_the_run_and_the_next_process_goes_on(string call, string error, string type)
    {
        if (!File.Exists(Strace)) Assert.Skip("strace is not installed.");
        foreach (var when in new[] { 6, 11, 17 })
        {
            var ledger = new FlowLedger(Directory.CreateDirectory(_directory.File($"{call}-{error}-{when}")).FullName);
            string[] strace = [Strace, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:error={error}:when={when}"];
            var (exitCode, lines) = await ChildProcess.RunAsync(ledger.Begin("flow-count", "4"), strace);
            Assert.Equal(1, exitCode);
            var failure = Assert.Single(lines, line => line.StartsWith("FAILED ", StringComparison.Ordinal));
            Assert.Matches($"FAILED FlowRunFailedException ({type}|JournalPoisonedException) {type} ", failure);
            lines.Remove(failure);
            await ledger.CheckAsync(lines);
            var (finished, rest) = await ChildProcess.RunAsync(ledger.Begin("flow-finish"));
            await ledger.CheckAsync(rest);
            Assert.Equal(0, finished);
            await ledger.CheckAllHaveEndedAsync();
        }
    }

    private static async Task FailAsync(Flow<int, int> flow, ObservedFileSystem files, Type type)
    {
        FileJournal journal;
        try
        {
            journal = FileJournal.Open(Options, Options.ToLogOptions() with { FileSystem = files });
        }
        catch (JournalIOException refused)
        {
            Assert.IsType(type, refused);
            return;
        }

        await using (journal)
        await using (var runtime = new FlowRuntime(new() { Journal = journal }))
        {
            try
            {
                Assert.Equal(31, await runtime.RunAsync(flow, 1, new() { Id = "r-1" }).AsTask().WaitAsync(HangGuard.Limit));
            }
            catch (FlowRunFailedException failure)
            {
                Assert.IsType(type, failure.InnerException is JournalPoisonedException poisoned ? poisoned.InnerException : failure.InnerException);
                Assert.NotNull(journal.Fault);
                var next = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.StartAsync(flow, 1));
                Assert.IsType<JournalPoisonedException>(next.InnerException);
            }
        }
    }

    private static async Task GoOnAsync(Flow<int, int> flow, SimulatedDisk disk, List<string> executed)
    {
        await using var journal = FileJournal.Open(Options, Options.ToLogOptions() with { FileSystem = disk });
        var recorded = (await journal.ReadAsync(RunId.Parse("r-1"), 0, default)).Select(EntryDecoder.Decode).OfType<EffectCompletedEntry>().Select(entry => entry.StepName).ToList();
        await using var runtime = new FlowRuntime(new() { Journal = journal });
        runtime.Steps.Add(flow);
        Assert.Empty((await runtime.RecoverAsync()).Held);
        Assert.Equal(31, await runtime.RunAsync(flow, 1, new() { Id = "r-1" }).AsTask().WaitAsync(HangGuard.Limit));
        Assert.All(recorded, step => Assert.Single(executed, step));
        Assert.Equal(["a", "b", "c"], executed.Distinct());
    }

    private static Flow<int, int> Chain(List<string> executed)
    {
        return Flow.Start<int>("chain").Then("a", Body("a")).Then("b", Body("b")).Then("c", Body("c")).Build();

        Func<int, StepContext, int> Body(string name) => (x, _) =>
        {
            executed.Add(name);
            return x + 10;
        };
    }
}
