using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows;

public class LoopTests
{
    private readonly Recorder _recorder = new();

    private Step<int, int> Double => _recorder.Step<int, int>("double", x => x * 2);

    private static IEnumerable<(string, object?)> Decisions(FlowRun run) =>
        run.Entries.OfType<DecisionMadeEntry>().Select(entry => (entry.Path.ToString(), entry.Value));

    [Fact]
    public async Task A_loop_runs_until_its_result_is_good()
    {
        var run = await _recorder.RunAndReplayAsync(Flow.Start<int>("grow").Loop("again", Double, until: x => x > 20, max: 10).Build(), 3);
        Assert.Equal(24, await run);
        Assert.Equal(["grow/again/1/double", "grow/again/2/double", "grow/again/3/double"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
        Assert.Equal([("grow/again/1", true), ("grow/again/2", true), ("grow/again/3", false)], Decisions(run));
    }

    [Fact]
    public async Task A_loop_that_may_not_go_on_fails_with_its_bound()
    {
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<int>("grow").Loop("again", Double, until: x => x > 20, max: 2).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 3));
        var limit = Assert.IsType<LoopLimitException>(failure.InnerException);
        Assert.Equal(("grow/again", 2), (limit.Path.ToString(), limit.Limit));
        Assert.Equal("grow/again", failure.Path.ToString());
    }

    [Fact]
    public async Task A_loop_may_return_its_last_value_and_says_so()
    {
        var run = await _recorder.RunAndReplayAsync(Flow.Start<int>("grow").Loop("again", Double, until: x => x > 20, max: 2, OnLimit.Return).Build(), 3);
        Assert.Equal(12, await run);
        Assert.Equal([("grow/again/1", true), ("grow/again/2", true), ("grow/again", false)], Decisions(run));
        Assert.Equal("the limit of iterations is reached", run.Entries.OfType<DecisionMadeEntry>().Last().Reason);
    }

    [Fact]
    public async Task A_replay_follows_the_decisions_and_does_not_evaluate_the_condition()
    {
        var limit = 20;
        var flow = Flow.Start<int>("grow").Loop("again", Double, until: x => x > limit, max: 10).Build();
        var run = await Recorder.RunAsync(flow, 3);
        limit = 1;
        await using var runtime = new FlowRuntime();
        Assert.Equal(24, await runtime.Resume(flow, [.. run.Entries.SkipLast(1)]));
    }

    [Fact]
    public async Task A_condition_that_throws_is_wrapped_with_the_iteration()
    {
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<int>("grow").Loop("again", Double, until: x => x / (x - 6) > 0, max: 10).Build();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 3));
        Assert.Equal("grow/again/1", Assert.IsType<FlowCodeException>(failure.InnerException).Path.ToString());
    }

    [Fact]
    public void A_critic_and_an_improver_polish_the_value()
    {
        var recorder = new Recorder();
        var critic = recorder.Step<string, int>("review", text => text.Length);
        var improve = recorder.Step<Reviewed<string, int>, string>("revise", x => $"{x.Draft}{x.Review}");
        var run = new VirtualRun();
        var started = run.Start(Flow.Start<string>("letter").Refine("polish", critic, improve, until: length => length >= 3, max: 5).Build(), "a");
        run.Finish(started);
        Assert.Equal("a12", ((RunStatusEntry)started.Entries[^1]).Value);
        Assert.Equal(["letter/polish/1/review", "letter/polish/1/revise", "letter/polish/2/review", "letter/polish/2/revise", "letter/polish/3/review"], recorder.Executed);
    }

    [Fact]
    public async Task A_refinement_at_its_limit_returns_a_reviewed_draft_or_fails()
    {
        var critic = _recorder.Step<string, int>("review", text => text.Length);
        var improve = _recorder.Step<Reviewed<string, int>, string>("revise", x => $"{x.Draft}+");
        var lenient = Flow.Start<string>("letter").Refine("polish", critic, improve, until: _ => false, max: 2, OnLimit.Return).Build();
        Assert.Equal("a+", await await _recorder.RunAndReplayAsync(lenient, "a"));
        var strict = Flow.Start<string>("letter").Refine("polish", critic, improve, until: _ => false, max: 2).Build();
        await using var runtime = new FlowRuntime();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(strict, "a"));
        Assert.IsType<LoopLimitException>(failure.InnerException);
    }

    [Fact]
    public async Task A_writer_sees_its_task_its_draft_and_the_review()
    {
        var writer = _recorder.Step<Revision<int, string, bool>, string>("write", x => x.IsFirst ? $"draft for {x.Task}" : $"{x.Draft}, again");
        var critic = _recorder.Step<string, bool>("review", text => text.EndsWith("again, again", StringComparison.Ordinal));
        var run = await _recorder.RunAndReplayAsync(Flow.Start<int>("letter").Refine("polish", writer, critic, until: good => good, max: 5).Build(), 7);
        Assert.Equal("draft for 7, again, again", await run);
        Assert.Equal([("letter/polish/1", true), ("letter/polish/2", true), ("letter/polish/3", false)], Decisions(run));
    }

    [Fact]
    public async Task A_critic_may_see_the_task_too()
    {
        var writer = _recorder.Step<Revision<int, string, string>, string>("write", x => $"{x.Draft}x");
        var critic = _recorder.Step<Revision<int, string, string>, string>("review", x => $"{x.Draft!.Length}/{x.Task}");
        var flow = Flow.Start<int>("letter").Refine("polish", writer, critic, until: review => review == "3/3", max: 5).Build();
        Assert.Equal("xxx", await await _recorder.RunAndReplayAsync(flow, 3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_loop_without_a_bound_is_a_defect(int max)
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("grow").Loop("again", Double, until: x => x > 20, max).Build());
        Assert.Equal($"grow/again: a loop with max {max} has no bound that lets it run. Give it a max of at least 1.", Assert.Single(error.Defects).ToString());
    }
}
