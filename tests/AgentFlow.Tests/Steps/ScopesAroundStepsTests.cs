using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Steps;

/// <summary>Fallback, cache, circuit breaker and hedging around a step.</summary>
public class ScopesAroundStepsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly VirtualRun _test = new(configure: options => options.CacheCapacity = 16);
    private int _calls;

    [Fact]
    public void A_fallback_takes_over_when_the_step_has_failed_for_good()
    {
        var flow = Single(Failing(o => o.Retry(1, TimeSpan.Zero).Fallback(Step.Create<int, int>("plan-b", (x, _) => x * 10))));
        var run = Finish(flow, 4);
        Assert.Equal(40, run.Value());
        Assert.Equal(2, _calls);
        var decision = Assert.Single(run.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal((DecisionKind.Fallback, "plan-b"), (decision.Decision, decision.Value));
    }

    [Fact]
    public void A_replay_follows_the_recorded_fallback_and_does_not_try_the_step_again()
    {
        var flow = Flow.Start<int>("flow")
            .Then(Failing(o => o.Fallback(Step.Create<int, int>("plan-b", (x, _) => x * 10))))
            .Then("after", (x, _) => x + 1).Build();
        var run = Finish(flow, 4);
        var decision = run.Entries.OfType<DecisionMadeEntry>().Single();
        for (var length = decision.Sequence; length <= run.Entries.Count; length++)
        {
            _calls = 0;
            var resumed = _test.Runtime.Resume(flow, [.. run.Entries.Take(length)]);
            _test.Finish(resumed);
            Assert.Equal(41, resumed.Value());
            Assert.Equal(0, _calls);
        }
    }

    [Fact]
    public void A_cached_result_is_reused_until_it_expires()
    {
        var flow = Single(Counting(o => o.Cache(x => $"{x % 2}", Minute)));
        Assert.Equal([1, 1, 2, 1], new[] { 1, 3, 4, 5 }.Select(x => Finish(flow, x).Value()));
        _test.Time.Advance(Minute);
        Assert.Equal(3, Finish(flow, 1).Value());
    }

    [Fact]
    public void A_hit_is_a_decision_and_a_replay_follows_it()
    {
        var flow = Single(Counting(o => o.Cache(_ => "key", Minute)));
        Finish(flow, 1);
        var run = Finish(flow, 1);
        var hit = Assert.Single(run.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal((DecisionKind.Cache, (object)1), (hit.Decision, hit.Value!));
        _test.Time.Advance(2 * Minute);
        var resumed = _test.Runtime.Resume(flow, [.. run.Entries.Take(hit.Sequence)]);
        _test.Finish(resumed);
        Assert.Equal(1, resumed.Value());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void Steps_of_one_name_do_not_share_results()
    {
        var one = Single(Step.Create<int, int>("lookup", (x, _) => x + 1, o => o.Cache(_ => "key", Minute)));
        var other = Single(Step.Create<int, int>("lookup", (x, _) => x + 2, o => o.Cache(_ => "key", Minute)));
        var text = Flow.Start<int>("flow").Then("lookup", (x, _) => $"{x}", o => o.Cache(_ => "key", Minute)).Build();
        Assert.Equal((2, 3, "1"), (Finish(one, 1).Value(), Finish(other, 1).Value(), Finish(text, 1).Value()));
    }

    [Fact]
    public void A_step_made_anew_from_the_same_lambda_finds_its_results()
    {
        Step<int, int> Lookup(int offset) => Step.Create<int, int>("lookup", (x, _) => x + offset, o => o.Cache(_ => "key", Minute));
        static Step<int, int> Shared() => Step.Create<int, int>("shared", (x, _) => x, o => o.Cache(_ => "key", Minute));
        Assert.Equal((1, 2), (Finish(Single(Lookup(1)), 0).Value(), Finish(Single(Lookup(2)), 0).Value()));
        Assert.Equal((5, 5), (Finish(Single(Shared()), 5).Value(), Finish(Single(Shared()), 6).Value()));
    }

    [Fact]
    public void A_reused_result_is_as_trustworthy_as_it_was()
    {
        var lookup = Step.Create<int, int>("lookup", (x, _) => x, o => o.Source(Label.Untrusted("web")).Cache(_ => "key", Minute));
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            await ctx.RunAsync(lookup, x);
            return $"{ctx.Label}";
        });
        var live = Finish(flow, 1);
        var hit = Finish(flow, 1);
        var resumed = _test.Runtime.Resume(flow, [.. hit.Entries.Take(2)]);
        _test.Finish(resumed);
        Assert.Equal("Untrusted, for everybody, from web", live.Value());
        Assert.Equal(live.Value(), hit.Value());
        Assert.Equal(live.Value(), resumed.Value());
    }

    [Fact]
    public void The_cache_stays_within_its_capacity()
    {
        var flow = Single(Counting(o => o.Cache(x => $"{x}", Minute)));
        for (var x = 0; x < 100; x++)
        {
            Finish(flow, x);
            _test.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(100, _calls);
        for (var x = 99; x > 90; x--) Finish(flow, x);
        Assert.Equal(100, _calls);
        Finish(flow, 0);
        Assert.Equal(101, _calls);
    }

    /// <summary>Options where a cached step is used reach the body, not only the scope around it.</summary>
    [Fact]
    public void Options_reach_a_step_that_has_a_scope_around_it()
    {
        var cached = Step.Create<int, int>("flaky", (x, _) => ++_calls < 3 ? throw new IOException("no") : x, o => o.Cache(_ => "key", Minute));
        Assert.Equal(7, Finish(Flow.Start<int>("flow").Then(cached, o => o.Retry(5, TimeSpan.Zero)).Build(), 7).Value());
    }

    [Fact]
    public void An_open_circuit_spares_the_body_in_all_runs_until_it_closes()
    {
        var flow = Single(Failing(o => o.CircuitBreaker(failureRatio: 0.5, minimumThroughput: 2, breakDuration: Minute)));
        Finish(flow, 1);
        Finish(flow, 1);
        Assert.Equal("CircuitOpen", Finish(flow, 1).Failure().ErrorType);
        Assert.Equal(2, _calls);
        _test.Time.Advance(Minute);
        Assert.Equal("System.IO.IOException", Finish(flow, 1).Failure().ErrorType);
    }

    [Fact]
    public void A_hedge_answers_when_the_first_attempt_is_slow()
    {
        var cancelled = 0;
        var step = Step.Create<int, int>("slow", async Task<int> (x, ctx) =>
        {
            if (ctx.Attempt > 1) return x * ctx.Attempt;
            try
            {
                await new UntilCancelled(ctx.CancellationToken).Task;
            }
            finally
            {
                cancelled++;
            }

            return x;
        }, o => o.Hedge(TimeSpan.FromSeconds(1)));
        var run = _test.Start(Single(step), 7);
        Assert.Equal(TimeSpan.FromSeconds(1), _test.Finish(run));
        Assert.Equal(14, run.Value());
        Assert.Equal(1, cancelled);
        Assert.Single(run.Entries.OfType<EffectCompletedEntry>());
    }

    [Fact]
    public void A_slow_attempt_that_ignores_its_token_holds_a_hedged_result_no_longer_than_the_grace()
    {
        var stuck = new TaskCompletionSource<int>();
        var step = Step.Create<int, int>("slow", Task<int> (x, ctx) => ctx.Attempt == 1 ? stuck.Task : Task.FromResult(x), o => o.Hedge(TimeSpan.FromSeconds(1)));
        var run = _test.Start(Single(step), 7);
        Assert.True(_test.Finish(run) <= TimeSpan.FromSeconds(3));
        Assert.Equal(7, run.Value());
        stuck.SetResult(0);
        Assert.Equal(1, run.LateOutcomes);
    }

    private Step<int, int> Failing(Action<StepOptions<int, int>> options) => Step.Create<int, int>("failing", int (_, _) =>
    {
        _calls++;
        throw new IOException("no");
    }, options);

    private Step<int, int> Counting(Action<StepOptions<int, int>> options) => Step.Create<int, int>("counting", (_, _) => ++_calls, options);

    private static Flow<int, int> Single(Step<int, int> step) => Flow.Start<int>("flow").Then(step).Build();

    private FlowRun<T> Finish<T>(Flow<int, T> flow, int input)
    {
        var run = _test.Start(flow, input);
        _test.Finish(run);
        return run;
    }
}
