using AgentFlow.Testing.Tests.Runs;

namespace AgentFlow.Testing.Tests.Replaying;

public sealed class ReplayCheckTests
{
    private static readonly ReplayOptions Executed = new() { Bodies = ReplayBodies.Executed };

    /// <summary>Everything a flow may do, and nothing it may not.</summary>
    private static Flow<int, string> Honest(bool tellsTime, int rates = 7) => Flow.FromCode<int, string>("honest", async (x, context) =>
    {
        var started = context.GetUtcNow();
        x = await context.RunAsync(Bodies.Sleep("load", 30), x);
        var rate = await context.DecideAsync("rate", () => tellsTime ? rates++ : rates);
        var sums = await context.AllAsync<int>(
            branch => branch.RunAsync(Bodies.Chain("a", 40, 1, 40), x),
            branch => branch.RunAsync(Bodies.Chain("b", 1, 40, 1), x),
            async branch => (await branch.ApproveAsync("boss", x)).IsApproved ? 1 : 0);
        var each = await context.ForEachAsync(Enumerable.Range(0, 5), 2, (i, item) => item.RunAsync(Bodies.Sleep("item", 3 + i), i));
        await context.DelayAsync(TimeSpan.FromHours(1));
        var winner = await context.AnyAsync<int>(
            branch => branch.RunAsync(Bodies.Sleep("slow", 500), 0),
            branch => branch.RunAsync(Bodies.Sleep("fast", 50), 0));
        try
        {
            await context.RunAsync(Step.Create<int, int>("fail", (v, _) => v > 0 ? throw new IOException("no line") : v), x);
        }
        catch (EffectFailedException failed)
        {
            return $"{rate} {string.Join(',', sums)} {string.Join(',', each)} {winner} {failed.Message} {context.NewGuid()} {(tellsTime ? context.GetUtcNow() - started : 0)}";
        }

        return "never";
    });

    private static async Task<(FlowTestHost Host, FlowRun<TOut> Run)> RunAsync<TIn, TOut>(Flow<TIn, TOut> flow, TIn input, Action<FlowTestOptions>? configure = null)
    {
        var host = new FlowTestHost(configure);
        host.Answers.Approve("boss").After(TimeSpan.FromMinutes(2)).Always();
        return (host, await host.RunToEndAsync(flow, input).Soon());
    }

    [Theory]
    [InlineData(ReplayBodies.Recorded, true)]
    [InlineData(ReplayBodies.Executed, false)]
    public async Task An_honest_flow_comes_to_the_same_end_from_everywhere(ReplayBodies bodies, bool tellsTime)
    {
        var flow = Honest(tellsTime);
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;
        Assert.StartsWith("7 112,73,1 3,5,7,9,11 ", await run);

        var report = await host.ReplayFromEveryPrefixAsync(flow, run, new() { Bodies = bodies }).Soon();

        Assert.Equal(new ReplayReport(run.Entries.Count, run.Entries.Count, 0), report);
    }

    [Fact]
    public async Task No_body_is_executed_when_the_outcomes_are_recorded()
    {
        var executed = 0;
        var flow = Flow.FromCode<int, int>("count", async (x, context) =>
        {
            var count = Step.Create<int, int>("count", (v, _) => v + ++executed);
            return await context.RunAsync(count, x) + await context.RunAsync(count, x);
        });
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;

        await host.ReplayFromEveryPrefixAsync(flow, run).Soon();

        Assert.Equal(2, executed);
    }

    [Fact]
    public async Task Bodies_that_yield_something_else_are_found_when_they_are_executed()
    {
        var executed = 0;
        var flow = Flow.FromCode<int, int>("count", (x, context) => context.RunAsync(Step.Create<int, int>("count", (v, _) => v + ++executed), x));
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.ReplayFromEveryPrefixAsync(flow, run, Executed)).Soon();

        Assert.StartsWith($"Run {run.Id} of 'count' goes another way when it is continued after entry 1 of 3 (RunStarted at 'count').\n  Its result was 2 and now is 3.\nThe run:\n", failure.Message);
        Assert.Contains("The continuation:\n     1  0 ms  started", failure.Message);
    }

    [Fact]
    public async Task Static_state_in_flow_code_is_found()
    {
        var entered = 0;
        var flow = Flow.FromCode<int, int>("stateful", async (x, context) => await context.RunAsync(Bodies.Sleep("s", 5), x) + ++entered);

        var failure = await FailureAsync(flow);

        Assert.Contains("Its result was 7 and now is 8.", failure.Message);
    }

    [Fact]
    public async Task Another_step_than_the_recorded_one_is_found()
    {
        var entered = 0;
        var flow = Flow.FromCode<int, int>("fickle", (x, context) => context.RunAsync(Bodies.Sleep(++entered == 1 ? "one" : "two", 5), x));

        var failure = await FailureAsync(flow);

        Assert.Contains("after entry 1 of 3", failure.Message);
        Assert.Contains("cannot go on any more.\n  It asked for effects that the run never recorded: 'fickle/two'", failure.Message);
    }

    [Fact]
    public async Task Another_effect_than_the_one_the_run_executed_is_found_even_when_nothing_else_differs()
    {
        var entered = 0;
        var flow = Flow.FromCode<int, int>("fickle", (x, context) => context.RunAsync(Bodies.Sleep(++entered == 1 ? "one" : "two", 5), x));
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.ReplayFromEveryPrefixAsync(flow, run, Executed)).Soon();

        Assert.Contains("Effects have been executed that the run never executed: 'fickle/two'.", failure.Message);
    }

    [Fact]
    public async Task What_is_taken_from_the_run_comes_at_the_instant_it_came_then()
    {
        var (host, run) = await RunAsync(Bodies.Chain("chain", 40, 10), 1);
        await using var _ = host;
        var time = new VirtualTimeProvider(run.Entries[0].Time);
        var playback = new Playback(new Recording(run), 0, time);

        var outcome = playback.OutcomeAsync(run, run.Entries[2].Path, default);
        time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.False(outcome.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Same(run.Entries[2], await outcome.AsTask().Soon());
        Assert.True(playback.OutcomeAsync(run, run.Entries[1].Path, default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_recorded_effect_that_is_executed_again_is_named()
    {
        var (host, run) = await RunAsync(Bodies.Chain("chain", 5, 5), 1);
        await using var _ = host;
        var recording = new Recording(run);
        var effects = new LiveEffects(new Signal());
        effects.OnBody(run, run.Entries[1].Path, default);

        var failure = Assert.Throws<FlowAssertionException>(() => new ReplayVerdict(recording, 2, new Playback(recording, 0, host.Time)).Check(run, effects));

        Assert.Contains("Effects that were recorded have been executed again: 'chain/s0'.", failure.Message);
        new ReplayVerdict(recording, 1, new Playback(recording, 0, host.Time)).Check(run, effects);
    }

    [Fact]
    public async Task A_recorded_outcome_that_is_not_asked_for_any_more_is_found()
    {
        var entered = 0;
        var flow = Flow.FromCode<int, int>("forgetful", async (x, context) =>
        {
            if (++entered < 3) x = await context.RunAsync(Step.Create<int, int>("sometimes", (v, _) => v), x);
            return x;
        });

        var failure = await FailureAsync(flow);

        Assert.Contains("after entry 2 of 3", failure.Message);
        Assert.Contains("Failed at 'forgetful'", failure.Message);
        Assert.Contains("Replay diverged at 'forgetful/sometimes'", failure.Message);
    }

    [Fact]
    public async Task A_value_changed_after_it_was_recorded_is_found()
    {
        var flow = Flow.FromCode<int, int[]>("mutating", async (x, context) =>
        {
            var values = await context.RunAsync(Step.Create<int, List<int>>("values", (v, _) => [v]), x);
            values.Add(values.Count);
            return [.. values];
        });

        var failure = await FailureAsync(flow);

        Assert.Contains("Its result was [1, 1] and now is [1, 1, 2].", failure.Message);
    }

    [Fact]
    public async Task A_decision_that_comes_out_otherwise_is_found()
    {
        var asked = 0;
        var flow = Flow.Start<int>("routed")
            .Then(Bodies.Sleep("s", 5))
            .Loop("again", Bodies.Sleep("more", 0), _ => ++asked == 1 || asked > 3, max: 5, OnLimit.Return)
            .Then("end", (_, _) => 0)
            .Build();

        var failure = await FailureAsync(flow);

        Assert.Contains("The decision Loop at 'routed/again", failure.Message);
        Assert.Contains("was False and now is True", failure.Message);
    }

    [Fact]
    public async Task A_failed_run_must_fail_in_the_same_way()
    {
        var flow = Flow.Start<int>("failing").Then(Bodies.Sleep("s", 5)).Then("fail", (int x, StepContext _) => x > 0 ? throw new IOException("no line") : x).Build();
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;

        Assert.Equal(4, (await host.ReplayFromEveryPrefixAsync(flow, run).Soon()).Cuts);
        Assert.Equal(4, (await host.ReplayFromEveryPrefixAsync(flow, run, Executed).Soon()).Cuts);
    }

    [Fact]
    public async Task A_run_is_not_continued_between_the_intent_and_the_outcome_of_an_irreversible_effect()
    {
        var flow = Flow.Start<int>("pay").Then("charge", (x, _) => x, o => o.Effect(EffectClass.Irreversible)).Then(Bodies.Sleep("s", 5)).Build();
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;

        var report = await host.ReplayFromEveryPrefixAsync(flow, run).Soon();

        Assert.Equal(new ReplayReport(5, 4, 1), report);
        Assert.Equal("continued after 4 of 5 entries, 1 uncertain", report.ToString());
    }

    [Fact]
    public async Task Retries_timeouts_and_attempts_of_flows_come_out_the_same()
    {
        var calls = 0;
        var flaky = Step.Create<int, int>("flaky", (x, _) => ++calls < 3 ? throw new IOException() : x, o => o.Retry(3, TimeSpan.FromSeconds(1)));
        var hanging = Step.Create<int, int>("hanging", async Task<int> (x, context) =>
        {
            await Task.Delay(TimeSpan.FromDays(1), context.Time, context.CancellationToken);
            return x;
        }, o => o.Timeout(TimeSpan.FromSeconds(3)));
        var inner = Flow.FromCode<int, int>("inner", async (x, context) =>
        {
            x = await context.RunAsync(Bodies.Sleep("a", 100), x);
            return await context.RunAsync(hanging, x);
        });
        var flow = Flow.Start<int>("outer").Then(flaky).Then(inner, o => o.Retry(1, TimeSpan.FromSeconds(2)).Fallback(Bodies.Sleep("instead", 1))).Build();
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;
        Assert.Equal(2, await run);

        Assert.Equal(run.Entries.Count, (await host.ReplayFromEveryPrefixAsync(flow, run).Soon()).Cuts);
    }

    [Fact]
    public async Task A_run_of_a_runtime_in_real_time_is_checked_too()
    {
        await using var runtime = new FlowRuntime();
        var flow = Bodies.Both("pair", Bodies.Sleep("a", 2), Bodies.Yield("b", 3));
        var run = await runtime.StartAsync(flow, 1);
        await run.Result.Soon();

        Assert.Equal(run.Entries.Count, (await ReplayCheck.FromEveryPrefixAsync(flow, run).Soon()).Cuts);
    }

    [Fact]
    public async Task A_long_journal_is_cut_at_some_places_the_first_and_the_last_among_them()
    {
        var flow = Flow.FromCode<int, int>("long", async (x, context) =>
            (await context.ForEachAsync(Enumerable.Range(0, 98), 98, (i, item) => item.RunAsync(Step.Create<int, int>("one", (v, _) => v), i))).Sum());
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;

        Assert.Equal(new ReplayReport(100, 7, 0), await host.ReplayFromEveryPrefixAsync(flow, run, new() { MaxCuts = 7 }).Soon());
    }

    [Fact]
    public async Task What_cannot_be_checked_is_refused()
    {
        var (host, run) = await RunAsync(Bodies.Chain("slow", 1000), 1);
        await using var _ = host;
        var open = await host.StartAsync(Bodies.Chain("slow", 1000), 1);
        await using var late = new FlowTestHost();
        var exceeded = await late.RunToEndAsync(Bodies.Chain("slow", 1000), 1, new() { Deadline = TimeSpan.FromSeconds(0.5) }).Soon();

        await Assert.ThrowsAsync<ArgumentException>(() => host.ReplayFromEveryPrefixAsync(Bodies.Chain("other"), run)).Soon();
        await Assert.ThrowsAsync<ArgumentException>(() => host.ReplayFromEveryPrefixAsync(Bodies.Chain("slow", 1000), open)).Soon();
        await Assert.ThrowsAsync<ArgumentException>(() => late.ReplayFromEveryPrefixAsync(Bodies.Chain("slow", 1000), exceeded)).Soon();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.ReplayFromEveryPrefixAsync(Bodies.Chain("slow", 1000), run, new() { MaxCuts = 1 })).Soon();
    }

    private static async Task<FlowAssertionException> FailureAsync<TOut>(Flow<int, TOut> flow)
    {
        var (host, run) = await RunAsync(flow, 1);
        await using var _ = host;
        Assert.Equal(RunStatus.Completed, run.Status);
        return await Assert.ThrowsAsync<FlowAssertionException>(() => host.ReplayFromEveryPrefixAsync(flow, run)).Soon();
    }
}
