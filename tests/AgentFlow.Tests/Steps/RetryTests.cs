using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Steps;

public class RetryTests
{
    private readonly VirtualRun _test = new();
    private readonly List<(int Attempt, TimeSpan At)> _attempts = [];

    [Fact]
    public void A_failing_body_is_called_again_until_it_succeeds()
    {
        var run = Run(o => o.Retry(3, TimeSpan.Zero), attempt => attempt < 3 ? throw new IOException($"no {attempt}") : 42);
        Assert.Equal(42, run.Value());
        Assert.Equal([1, 2, 3], _attempts.Select(attempt => attempt.Attempt));
        var failed = run.Entries.OfType<EffectFailedEntry>().ToList();
        Assert.Equal([1, 2], failed.Select(entry => entry.Attempt));
        Assert.All(failed, entry => Assert.False(entry.IsFinal));
        Assert.Equal(3, run.Entries.OfType<EffectCompletedEntry>().Single().Attempt);
    }

    [Fact]
    public void The_last_failure_is_the_effects_failure()
    {
        var run = Run(o => o.Retry(2, TimeSpan.Zero), attempt => throw new IOException($"no {attempt}"));
        Assert.Equal("System.IO.IOException", run.Failure().ErrorType);
        Assert.Equal("no 3", run.StatusReason);
        Assert.Equal([false, false, true], run.Entries.OfType<EffectFailedEntry>().Select(entry => entry.IsFinal));
        Assert.Equal(3, run.Entries.OfType<EffectFailedEntry>().Last().Attempt);
    }

    [Fact]
    public void Attempts_keep_their_distance_in_the_runtimes_time()
    {
        Run(o => o.Retry(2, TimeSpan.FromMinutes(1)), attempt => attempt < 3 ? throw new IOException("no") : 42);
        Assert.Equal(3, _attempts.Count);
        Assert.True(_attempts[2].At - _attempts[1].At > TimeSpan.FromSeconds(30), "the second back-off");
    }

    /// <summary>An HTTP client whose own time limit passes throws a cancellation that nobody has asked for.</summary>
    [Fact]
    public void A_cancellation_of_the_bodys_own_is_a_failure_like_any_other()
    {
        using var own = new CancellationTokenSource();
        own.Cancel();
        var run = Run(o => o.Retry(1, TimeSpan.Zero), attempt => attempt == 1 ? throw new TaskCanceledException("timed out", null, own.Token) : 42);
        Assert.Equal(42, run.Value());
    }

    [Fact]
    public void A_cancelled_run_is_not_retried()
    {
        FlowRun<int>? run = null;
        var step = Step.Create<int, int>("body", async Task<int> (x, ctx) =>
        {
            _attempts.Add((ctx.Attempt, _test.Time.Elapsed));
            await new UntilCancelled(ctx.CancellationToken).Task;
            return x;
        }, o => o.Retry(3, TimeSpan.Zero));
        run = _test.Start(Flow.Start<int>("retry").Then(step).Build(), 1);
        _test.Settle();
        _ = run.CancelAsync();
        _test.Settle();
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Single(_attempts);
    }

    /// <summary>Options given where a step is used come on top of those it was made with.</summary>
    [Fact]
    public void Options_of_a_use_are_added_to_those_of_the_step()
    {
        var calls = 0;
        var step = Step.Create<int, int>("body", (x, _) => ++calls < 3 ? throw new IOException("no") : x, o => o.Retry(2, TimeSpan.Zero));
        var run = _test.Start(Flow.Start<int>("retry").Then(step, o => o.CircuitBreaker(minimumThroughput: 100)).Build(), 7);
        _test.Finish(run);
        Assert.Equal(7, run.Value());
    }

    /// <summary>The circuit stands inside the retry, in whatever order they are written: a retry may wait until it closes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_order_of_the_calls_does_not_matter(bool retryFirst)
    {
        var calls = 0;
        var step = Step.Create<int, int>("body", (x, _) => ++calls <= 2 ? throw new IOException("no") : x, o =>
        {
            if (retryFirst) o.Retry(10, TimeSpan.FromSeconds(1));
            o.CircuitBreaker(failureRatio: 0.1, minimumThroughput: 2, breakDuration: TimeSpan.FromSeconds(2));
            if (!retryFirst) o.Retry(10, TimeSpan.FromSeconds(1));
        });
        var run = _test.Start(Flow.Start<int>("retry").Then(step).Build(), 7);
        _test.Finish(run);
        Assert.Equal(7, run.Value());
        Assert.Equal(3, calls);
    }

    [Fact]
    public void Options_out_of_range_are_refused_where_they_are_written()
    {
        static Action Write(Action<StepOptions<int, int>> options) => () => Step.Create<int, int>("body", (x, _) => x, options);
        Assert.Throws<ArgumentOutOfRangeException>(Write(o => o.Retry(0)));
        Assert.Throws<ArgumentOutOfRangeException>(Write(o => o.Retry(1, TimeSpan.FromDays(2))));
        Assert.Throws<ArgumentOutOfRangeException>(Write(o => o.Timeout(TimeSpan.FromMilliseconds(1))));
        Assert.Throws<ArgumentOutOfRangeException>(Write(o => o.CircuitBreaker(failureRatio: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(Write(o => o.CircuitBreaker(minimumThroughput: 1)));
        Assert.Throws<ArgumentOutOfRangeException>(Write(o => o.CircuitBreaker(breakDuration: TimeSpan.FromMilliseconds(1))));
        Assert.Throws<ArgumentOutOfRangeException>(Write(o => o.Hedge(TimeSpan.FromSeconds(1), attempts: 11)));
    }

    [Fact]
    public void An_irreversible_step_cannot_be_retried_or_take_more_than_a_day()
    {
        var repeated = Step.Create<int, int>("pay", (x, _) => x, o => o.Effect(EffectClass.Irreversible).Retry(1));
        var patient = Step.Create<int, int>("wait", (x, _) => x, o => o.Timeout(TimeSpan.FromDays(2)));
        foreach (var step in new[] { repeated, patient })
        {
            var run = _test.Start(Flow.FromCode<int, int>("code", (x, ctx) => ctx.RunAsync(step, x)), 1);
            _test.Finish(run);
            Assert.IsType<FlowDefinitionException>(run.Failure().InnerException);
            Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("built").Then(step).Build());
        }
    }

    [Fact]
    public void Only_what_the_predicate_accepts_is_repeated()
    {
        var run = Run(o => o.Retry(5, TimeSpan.Zero, when: failure => failure is IOException), attempt => attempt < 3 ? throw new IOException("no") : throw new FormatException("never"));
        Assert.Equal("System.FormatException", run.Failure().ErrorType);
        Assert.Equal([1, 2, 3], _attempts.Select(attempt => attempt.Attempt));
        Assert.Equal([false, false, true], run.Entries.OfType<EffectFailedEntry>().Select(entry => entry.IsFinal));
    }

    [Fact]
    public void A_flows_predicate_sees_the_failed_effect_and_two_retries_repeat_what_either_accepts()
    {
        var calls = 0;
        var inner = Flow.Start<int>("inner").Then("body", (x, _) => ++calls == 1 ? throw new IOException("no") : calls == 2 ? throw new FormatException("no") : calls < 5 ? throw new TimeoutException("no") : x).Build()
            .With(o => o.Retry(1, TimeSpan.Zero, when: failure => failure is EffectFailedException effect && effect.Is<IOException>()))
            .With(o => o.Retry(1, TimeSpan.Zero, when: failure => failure is EffectFailedException effect && effect.Is<FormatException>()));
        var run = _test.Start(Flow.Start<int>("retry").Then(inner).Build(), 1);
        _test.Finish(run);
        Assert.Equal("System.TimeoutException", run.Failure().ErrorType);
        Assert.Equal(3, calls);
    }

    [Fact]
    public void Back_off_ends_at_a_day()
    {
        Run(o => o.Retry(3, TimeSpan.FromHours(20)), attempt => attempt < 4 ? throw new IOException("no") : 42);
        Assert.InRange(_test.Time.Elapsed, TimeSpan.FromHours(60), TimeSpan.FromHours(72));
    }

    private FlowRun<int> Run(Action<StepOptions<int, int>> options, Func<int, int> body)
    {
        var step = Step.Create<int, int>("body", (_, ctx) =>
        {
            _attempts.Add((ctx.Attempt, _test.Time.Elapsed));
            return body(ctx.Attempt);
        }, options);
        var run = _test.Start(Flow.Start<int>("retry").Then(step).Build(), 1);
        _test.Finish(run);
        return run;
    }
}
