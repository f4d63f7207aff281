using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows;

public class CollectTests
{
    private readonly Recorder _recorder = new();

    private Step<int, int> Good => _recorder.Step<int, int>("good", x => x + 1);

    private Step<int, int> Bad => _recorder.Step<int, int>("bad", int (_) => throw new InvalidOperationException("no"));

    [Fact]
    public async Task Collect_waits_for_all_and_yields_outcomes_in_order()
    {
        var flow = Flow.Start<int>("all").Collect([Bad, Good]).Map(outcomes => string.Join("|", outcomes)).Build();
        Assert.Equal("System.InvalidOperationException: no|5", await await _recorder.RunAndReplayAsync(flow, 4));
    }

    [Fact]
    public async Task Outcomes_of_different_types_come_as_a_tuple()
    {
        var text = _recorder.Step<int, string>("text", x => $"{x}");
        var flow = Flow.Start<int>("all").Collect(Good, text, Bad).Build();
        await using var runtime = new FlowRuntime();
        var (number, word, failure) = await runtime.RunAsync(flow, 4);
        Assert.True(number.IsSuccess);
        Assert.Equal(5, number.Value);
        Assert.Equal("4", word.Value);
        Assert.False(failure.IsSuccess);
        Assert.Equal("System.InvalidOperationException", failure.ErrorType);
        Assert.Equal("no", failure.Message);
        Assert.Equal("all/bad", failure.Path!.ToString());
        Assert.Equal("all/good", number.Path!.ToString());
    }

    [Fact]
    public async Task A_failure_of_flow_code_is_an_outcome_too()
    {
        var inner = Flow.Start<int>("inner").Map(x => 1 / x).Build();
        var flow = Flow.Start<int>("all").Collect([inner]).Map(outcomes => outcomes[0].ErrorType).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal("AgentFlow.FlowCodeException", await runtime.RunAsync(flow, 0));
    }

    [Fact]
    public async Task A_cancelled_run_is_cancelled_and_collects_nothing()
    {
        var run = new VirtualRun();
        var flow = Flow.Start<int>("all").Collect([run.Delay<int>("slow", 50), run.Delay<int>("slower", 60)]).Map(outcomes => outcomes.Count).Build();
        var started = run.Start(flow, 1);
        run.Settle();
        var ended = started.CancelAsync("enough");
        run.Settle();
        await ended;
        Assert.Equal(RunStatus.Cancelled, started.Status);
        Assert.DoesNotContain(started.Entries, entry => entry is EffectCompletedEntry or EffectFailedEntry);
    }

    [Fact]
    public async Task A_quorum_takes_the_first_successes_in_branch_order_and_cancels_the_rest()
    {
        var run = new VirtualRun();
        Step<int, string> Named(string name, int delay) => Flow.Start<int>(name).Then(run.Delay<int>("wait", delay)).Map(_ => name).Build();
        var flow = Flow.Start<int>("vote").Quorum(2, Named("slow", 30), Named("middle", 20), Named("never", 90), Named("fast", 10)).Map(first => string.Join(",", first)).Build();
        var started = run.Start(flow, 1);
        Assert.Equal(TimeSpan.FromMilliseconds(20), run.Finish(started));
        Assert.Equal("middle,fast", await started);
        var decision = Assert.Single(started.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal([1, 3], Assert.IsType<int[]>(decision.Value));
    }

    [Fact]
    public async Task A_quorum_survives_failures_and_replays()
    {
        var flow = Flow.Start<int>("vote").Quorum(1, Bad, Good).Map(first => first[0]).Build();
        Assert.Equal(5, await await _recorder.RunAndReplayAsync(flow, 4));
    }

    [Fact]
    public async Task A_quorum_that_cannot_be_reached_says_why()
    {
        var flow = Flow.Start<int>("vote").Quorum(2, Bad, Good).Build();
        var run = await _recorder.RunAndReplayAsync(flow, 4);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal("1 of 2 branches succeeded, 2 are needed. vote/bad: no", run.StatusReason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_quorum_out_of_range_is_a_defect(int needed)
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("vote").Quorum(needed, Good, Bad).Build());
        Assert.Equal($"vote: a Quorum needs {needed} of 2 steps. Demand 1 to 2.", Assert.Single(error.Defects).ToString());
    }

    [Fact]
    public void The_value_of_a_failed_branch_is_an_error_that_says_why()
    {
        var failed = Outcome<int>.Failure("Timeout", "late", StepPath.Parse("f/a"));
        Assert.Equal("'f/a' failed and has no value: Timeout: late. Look at IsSuccess first, or use ValueOrDefault.", Assert.Throws<InvalidOperationException>(() => failed.Value).Message);
        Assert.Contains("Unknown", Assert.Throws<InvalidOperationException>(() => default(Outcome<int>).Value).Message, StringComparison.Ordinal);
        Assert.Equal((0, 7, 7), (failed.ValueOrDefault, Outcome<int>.Success(7).Value, Outcome<int>.Success(7).ValueOrDefault));
    }

    [Fact]
    public void Outcomes_can_be_made_and_compared_in_tests()
    {
        Assert.Equal(Outcome<int>.Success(1), Outcome<int>.Success(1));
        Assert.NotEqual(Outcome<int>.Success(1), Outcome<int>.Success(2));
        Assert.True(Outcome<int>.Failure("Timeout", "late") != default);
        Assert.Equal("Unknown", default(Outcome<int>).ErrorType);
    }
}
