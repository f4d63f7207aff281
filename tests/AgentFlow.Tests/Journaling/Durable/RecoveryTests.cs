using System.Collections.Concurrent;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable;

public class RecoveryTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, int> _executions = new();

    [Fact]
    public async Task A_finished_run_is_stored_in_order_and_reads_back()
    {
        var journal = new InProcessJournal();
        await using var runtime = new FlowRuntime(new() { Journal = journal });
        var run = await runtime.StartAsync(Claims(), 3, new() { Id = "claim-3", Tags = new Dictionary<string, string> { ["kind"] = "test" } });
        Assert.Equal("7 approved: False", await run.Result.WaitAsync(Hang));
        var stored = await journal.ReadAsync(RunId.Parse("claim-3"), 0, default);
        var entries = stored.Select(EntryDecoder.Decode).ToList();
        Assert.Equal(run.Entries.Select(entry => (entry.Sequence, entry.Kind, entry.Path)), entries.Select(entry => (entry.Sequence, entry.Kind, entry.Path)));
        Assert.Equal(run.Entries.Select(entry => entry.Time), entries.Select(entry => entry.Time));
        Assert.Equal("test", ((RunStartedEntry)entries[0]).Tags["kind"]);
    }

    [Fact]
    public async Task After_a_crash_at_any_append_the_run_continues_and_repeats_no_recorded_effect()
    {
        var flow = Claims();
        for (var crash = 2; ; crash++)
        {
            _executions.Clear();
            var journal = new InProcessJournal { FailFrom = crash };
            var first = new FlowRuntime(new() { Journal = journal });
            var run = await first.StartAsync(flow, 3);
            if (await Task.WhenAny(run.Result, Task.Delay(Hang)) == run.Result && run.Result.IsCompletedSuccessfully) break;
            var recorded = (await journal.ReadAsync(run.Id, 0, default)).Select(EntryDecoder.Decode).OfType<EffectCompletedEntry>().Select(entry => entry.StepName).ToList();

            journal.FailFrom = null;
            await using var second = new FlowRuntime(new() { Journal = journal });
            second.Steps.Add(flow);
            var report = await second.RecoverAsync();
            Assert.Empty(report.Held);
            Assert.Equal([run.Id], report.Resumed);
            var recovered = second.GetRun<string>(run.Id);
            if (recovered is not null) Assert.Equal("7 approved: False", await recovered.Result.WaitAsync(Hang));
            Assert.All(recorded, step => Assert.Equal(1, _executions[step]));
        }
    }

    [Fact]
    public async Task A_request_is_answered_in_another_process()
    {
        var journal = new InProcessJournal();
        var flow = Claims();
        string id;
        await using (var first = new FlowRuntime(new() { Journal = journal }))
        {
            var run = await first.StartAsync(flow, 100);
            await WaitForAsync(() => run.Status == RunStatus.Suspended && first.Requests.Count == 1);
            id = first.Requests.Open[0].Id;
        }

        await using var second = new FlowRuntime(new() { Journal = journal });
        second.Steps.Add(flow);
        var report = await second.RecoverAsync();
        Assert.Empty(report.Resumed);
        var request = Assert.Single(second.Requests.Open);
        Assert.Equal(id, request.Id);
        Assert.Equal(201, ((System.Text.Json.JsonElement)request.Value!).GetInt32());
        Assert.Empty(second.Runs);
        var recovered = (await second.GetRunAsync<string>(Assert.Single(report.Suspended)))!;
        await second.Requests.ModifyAsync(request.Id, 150, by: "boss");
        Assert.Equal("150 approved: True", await recovered.Result.WaitAsync(Hang));
        Assert.All(_executions.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_run_of_an_unknown_or_changed_flow_is_held_with_the_reason_and_untouched()
    {
        var journal = new InProcessJournal();
        await using (var first = new FlowRuntime(new() { Journal = journal }))
        {
            await first.StartAsync(Claims(), 100);
            await WaitForAsync(() => first.Requests.Count == 1);
        }

        await using var second = new FlowRuntime(new() { Journal = journal });
        var held = Assert.Single((await second.RecoverAsync()).Held);
        Assert.Contains("'claims' version 1 is not registered", held.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_another_process_has_taken_is_held_and_the_others_continue()
    {
        var journal = new InProcessJournal();
        var never = new TaskCompletionSource<int>();
        var flow = Flow.Start<int>("waits").Then("long", (int _, StepContext _) => never.Task).Build();
        var dead = new FlowRuntime(new() { Journal = journal });
        RunId[] runs = [(await dead.StartAsync(flow, 1)).Id, (await dead.StartAsync(flow, 2)).Id];
        await using var runtime = new FlowRuntime(new() { Journal = new TakenOnReading(journal, runs[0]) });
        runtime.Steps.Add(flow);

        var report = await runtime.RecoverAsync();

        Assert.Equal([runs[1]], report.Resumed);
        Assert.Equal(runs[0], Assert.Single(report.Held).RunId);
        Assert.Contains("another process", report.Held[0].Reason, StringComparison.Ordinal);
        never.SetResult(0);
    }

    /// <summary>Another process takes a run over right after this one has read it.</summary>
    private sealed class TakenOnReading(IJournal journal, RunId taken) : IJournal
    {
        public ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken) =>
            runId == taken ? throw new JournalFencedException(runId, epoch, epoch + 1) : journal.AppendAsync(runId, epoch, entries, cancellationToken);

        public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken) => journal.ReadAsync(runId, after, cancellationToken);

        public IAsyncEnumerable<StoredRun> ListAsync(CancellationToken cancellationToken) => journal.ListAsync(cancellationToken);
    }

    [Fact]
    public async Task A_run_that_was_resumed_five_times_in_vain_is_quarantined()
    {
        var journal = new InProcessJournal();
        var never = new TaskCompletionSource<int>();
        var flow = Flow.Start<int>("poison").Then("kill", (int _, StepContext _) => never.Task).Build();

        // No process says goodbye: each is left where it was.
        var run = await new FlowRuntime(new() { Journal = journal }).StartAsync(flow, 1);
        for (var resume = 1; resume <= 5; resume++) Assert.Equal([run.Id], (await Open().RecoverAsync()).Resumed);
        var before = (await journal.ReadAsync(run.Id, 0, default)).Count;
        var held = Assert.Single((await Open().RecoverAsync()).Held);

        Assert.Contains("quarantined: it was resumed 5 times without any progress", held.Reason, StringComparison.Ordinal);
        Assert.Equal(before, (await journal.ReadAsync(run.Id, 0, default)).Count);
        Assert.Equal([run.Id], (await Open(6).RecoverAsync()).Resumed);

        FlowRuntime Open(int limit = 5)
        {
            var runtime = new FlowRuntime(new() { Journal = journal, MaxFruitlessResumes = limit });
            runtime.Steps.Add(flow);
            return runtime;
        }
    }

    [Fact]
    public async Task A_result_that_does_not_serialize_fails_the_effect_and_names_the_cure()
    {
        await using var runtime = new FlowRuntime(new() { Journal = new InProcessJournal() });
        var flow = Flow.Start<int>("bad").Then("pointer", (int x, StepContext _) => (Func<int>)(() => x)).Then("use", (f, _) => f()).Build();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
        Assert.Equal("bad/pointer", error.Path.ToString());
        Assert.Contains("SerializerOptions", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Effects, parallel branches, a decision and an approval over 100.</summary>
    private Flow<int, string> Claims()
    {
        var load = Counting("load", x => x);
        var left = Counting("left", x => x);
        var right = Counting("right", x => x + 1);
        return Flow.FromCode<int, string>("claims", async (input, ctx) =>
        {
            var loaded = await ctx.RunAsync(load, input);
            var (a, b) = await ctx.AllAsync(c => c.RunAsync(left, loaded), c => c.RunAsync(right, loaded));
            var sum = a + b;
            if (!await ctx.DecideAsync("large", () => sum > 100)) return $"{sum} approved: False";
            var decision = await ctx.ApproveAsync("boss", sum);
            return $"{(decision.Value is int changed ? changed : sum)} approved: {decision.IsApproved}";
        });
    }

    private Step<int, int> Counting(string name, Func<int, int> body) => Step.Create<int, int>(name, async ValueTask<int> (x, _) =>
    {
        _executions.AddOrUpdate(name, 1, (_, count) => count + 1);
        await Task.Yield();
        return body(x);
    });

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var hang = new CancellationTokenSource(Hang);
        while (!condition())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
