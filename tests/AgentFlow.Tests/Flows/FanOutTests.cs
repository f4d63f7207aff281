using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows;

public class FanOutTests
{
    private readonly Recorder _recorder = new();

    [Fact]
    public async Task Branches_run_at_their_own_names_and_yield_a_tuple()
    {
        var flow = Flow.Start<int>("fan")
            .FanOut(_recorder.Step<int, int>("double", x => x * 2), _recorder.Step<int, string>("text", x => $"{x}"), _recorder.Step<int, bool>("even", x => x % 2 == 0))
            .Map((doubled, text, even) => $"{doubled} {text} {even}")
            .Build();
        var run = await _recorder.RunAndReplayAsync(flow, 3);
        Assert.Equal("6 3 False", await run);
        Assert.Equal(["fan/double", "fan/even", "fan/text"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()).Order());
    }

    [Fact]
    public async Task Eight_branches_keep_their_places()
    {
        Step<int, int> Add(int n) => Step.Create<int, int>($"add-{n}", (x, _) => x + n);
        var flow = Flow.Start<int>("fan").FanOut(Add(1), Add(2), Add(3), Add(4), Add(5), Add(6), Add(7), Add(8)).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal((1, 2, 3, 4, 5, 6, 7, 8), await runtime.RunAsync(flow, 0));
    }

    [Fact]
    public async Task Any_number_of_branches_yields_a_list_in_their_order()
    {
        var steps = Enumerable.Range(0, 50).Select(i => Step.Create<int, int>($"add-{i}", async ValueTask<int> (x, _) => { await Task.Yield(); return x + i; }));
        var flow = Flow.Start<int>("fan").FanOut(steps).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal(Enumerable.Range(100, 50), await runtime.RunAsync(flow, 100));
    }

    [Fact]
    public async Task A_collection_expression_of_steps_and_flows_is_a_list()
    {
        var inner = Flow.Start<int>("inner").Then("negate", (x, _) => -x).Build();
        var flow = Flow.Start<int>("fan").FanOut([inner, Step.Create<int, int>("same", (x, _) => x)]).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal([-7, 7], await runtime.RunAsync(flow, 7));
    }

    [Fact]
    public void The_same_step_may_be_a_branch_twice()
    {
        var step = Step.Create<int, int>("same", (x, _) => x);
        var run = new VirtualRun();
        var started = run.Start(Flow.Start<int>("fan").FanOut(step, step).Build(), 1);
        run.Finish(started);
        Assert.Equal(["fan/same", "fan/same#2"], started.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_first_failure_cancels_the_others_and_is_the_result(int seed)
    {
        var run = new VirtualRun(seed);
        var fails = Flow.Start<int>("fails").Then(run.Delay<int>("wait", 5)).Then("boom", (int x, StepContext _) => x > 0 ? throw new InvalidOperationException("no") : x).Build();
        var late = Flow.Start<int>("late").Then(run.Delay<int>("first", 10)).Then(run.Delay<int>("second", 10)).Build();
        var started = run.Start(Flow.Start<int>("fan").FanOut(late, fails).Build(), 1);
        Assert.Equal(TimeSpan.FromMilliseconds(5), run.Finish(started));
        Assert.Equal("System.InvalidOperationException: no", started.Entries.OfType<RunStatusEntry>().Single().Reason);
        var decision = Assert.Single(started.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal("fan/late/(join)", decision.Path.ToString());
        Assert.Equal([1], Assert.IsType<int[]>(decision.Value));
        Assert.DoesNotContain(started.Entries, entry => entry.Path.ToString() == "fan/late/second");
    }

    [Fact]
    public void Branches_of_a_failed_fan_out_are_not_started_again_by_a_replay()
    {
        var live = new VirtualRun();
        var flow = FailingWithSiblings(live, _recorder);
        var started = live.Start(flow, 1);
        live.Finish(started);
        var prefix = started.Entries.TakeWhile(entry => entry is not RunStatusEntry).ToList();
        Assert.IsType<DecisionMadeEntry<int[]>>(prefix[^1]);

        _recorder.Forget();
        var again = new VirtualRun();
        var replayed = again.Runtime.Resume(flow, prefix);
        again.Finish(replayed);
        Assert.Equal(started.StatusReason, replayed.StatusReason);
        Assert.Empty(_recorder.Executed);
    }

    [Fact]
    public void A_fan_out_of_nothing_is_a_defect()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("fan").FanOut(Array.Empty<Step<int, int>>()).Build());
        Assert.Equal("fan: a FanOut has no steps. Give it at least one, or leave it out.", Assert.Single(error.Defects).ToString());
    }

    [Fact]
    public void Branches_of_40_1_40_1_40_and_1_40_1_40_1_milliseconds_join_after_122()
    {
        var run = new VirtualRun();
        Flow<int, int> Chain(string name, params int[] delays)
        {
            var builder = Flow.Start<int>(name);
            for (var i = 0; i < delays.Length; i++) builder = builder.Then(run.Delay<int>($"step-{i}", delays[i]));
            return builder.Build();
        }

        var flow = Flow.Start<int>("race").FanOut(Chain("slow-first", 40, 1, 40, 1, 40), Chain("fast-first", 1, 40, 1, 40, 1)).Build();
        var started = run.Start(flow, 1);
        Assert.Equal(TimeSpan.FromMilliseconds(122), run.Finish(started));
    }

    internal static Flow<int, (int, int)> FailingWithSiblings(VirtualRun run, Recorder recorder)
    {
        var fails = Flow.Start<int>("fails").Then(recorder.Step<int, int>("count", x => x)).Then("boom", (int x, StepContext _) => x > 0 ? throw new InvalidOperationException("no") : x).Build();
        var late = Flow.Start<int>("late").Then(recorder.Step<int, int>("first", x => x)).Then(run.Delay<int>("second", 10)).Then(recorder.Step<int, int>("third", x => x)).Build();
        return Flow.Start<int>("fan").FanOut(late, fails).Build();
    }
}
