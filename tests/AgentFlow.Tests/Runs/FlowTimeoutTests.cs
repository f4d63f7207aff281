using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>A flow's time limit is a date in the journal: it holds while the run is unloaded, and a replay knows that it was exceeded.</summary>
public class FlowTimeoutTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly List<string> _started = [];

    [Fact]
    public void A_flow_that_takes_too_long_fails_at_its_limit()
    {
        var test = new VirtualRun();
        var run = test.Start(Timed(Hour, (_, ctx) => ctx.RunAsync(Hanging, 1)), 0);
        Assert.Equal(Hour, test.Finish(run));
        var failure = run.Failure();
        Assert.Equal("Timeout", failure.ErrorType);
        Assert.Equal("root/timed", failure.Path.ToString());
    }

    [Fact]
    public void A_flow_in_time_leaves_no_timer_behind()
    {
        var test = new VirtualRun();
        var run = test.Start(Timed(Hour, (x, ctx) => ctx.RunAsync(Quick, x)), 5);
        test.Settle();
        Assert.Equal(6, run.Value());
        Assert.Equal(0, test.Time.ArmedTimers);
    }

    [Fact]
    public void Replays_do_not_start_an_attempt_that_has_exceeded_its_limit()
    {
        var test = new VirtualRun();
        var timed = AgentFlow.Flow.FromCode<int, int>("timed", async (x, ctx) => await ctx.RunAsync(Hanging, await ctx.RunAsync(Quick, x)));
        var flow = AgentFlow.Flow.FromCode<int, string>("root", async (x, ctx) =>
        {
            try
            {
                await ctx.RunAsync(timed.Configure(o => o.Timeout(Hour)), x);
                return "in time";
            }
            catch (EffectFailedException failure)
            {
                return $"{failure.ErrorType} {failure.Message} {failure.Path} {await ctx.RunAsync(Quick.As("after"), x)}";
            }
        });
        var run = test.Start(flow, 1);
        test.Finish(run);
        Assert.Equal("Timeout the flow did not end within 01:00:00 root/timed 2", run.Value());
        var expired = run.Entries.Single(entry => entry is DecisionMadeEntry { Decision: DecisionKind.Attempt });
        for (var length = expired.Sequence; length <= run.Entries.Count; length++)
        {
            _started.Clear();
            var resumed = test.Runtime.Resume(flow, [.. run.Entries.Take(length)]);
            test.Settle();
            Assert.Equal(run.Value(), resumed.Value());
            Assert.DoesNotContain("root/timed/hanging", _started);
        }
    }

    [Fact]
    public void The_limit_holds_while_the_run_is_unloaded()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var run = test.Start(Timed(Hour, async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved ? 1 : 0), 0);
        test.Settle();
        Assert.Equal(RunStatus.Suspended, run.Status);
        Assert.Equal("waits for root/timed/boss", run.StatusReason);
        Assert.Equal(Hour, test.Finish(run));
        Assert.Equal("Timeout", run.Failure().ErrorType);
        Assert.Empty(test.Runtime.Requests.Open);
    }

    [Fact]
    public void Unloading_does_not_start_the_limit_anew()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var run = test.Start(Timed(Hour, async (x, ctx) =>
        {
            for (var i = 0; i < 4; i++) await ctx.DelayAsync(TimeSpan.FromMinutes(20));
            return x;
        }), 0);
        Assert.Equal(Hour, test.Finish(run));
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public void Every_attempt_has_the_whole_limit()
    {
        var test = new VirtualRun();
        var attempts = 0;
        var run = test.Start(Timed(Hour, async (x, ctx) => ++attempts < 3 ? await ctx.RunAsync(Hanging, x) : 42, retries: 2), 0);
        Assert.Equal(2 * Hour, test.Finish(run));
        Assert.Equal(42, run.Value());
        Assert.Equal(["root/timed/hanging", "root/timed~2/hanging"], _started);
    }

    [Fact]
    public void A_flow_that_reacts_in_its_last_moment_is_too_late_all_the_same()
    {
        var test = new VirtualRun();
        var run = test.Start(Timed(Hour, async (x, ctx) =>
        {
            try
            {
                return await ctx.RunAsync(Hanging, x);
            }
            catch (OperationCanceledException)
            {
                return 42;
            }
        }), 0);
        test.Finish(run);
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public void Delays_and_deadlines_may_be_longer_than_a_timer()
    {
        var test = new VirtualRun();
        var flow = AgentFlow.Flow.FromCode<int, int>("patient", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromDays(100));
            return x;
        });
        Assert.Equal(TimeSpan.FromDays(100), test.Finish(test.Start(flow, 1)));
        var late = test.Start(flow, 1, new() { Deadline = TimeSpan.FromDays(99) });
        Assert.Equal(TimeSpan.FromDays(199), test.Finish(late));
        Assert.Equal("DeadlineExceeded", late.Failure().ErrorType);
    }

    private Step<int, int> Hanging => Step.Create<int, int>("hanging", async Task<int> (x, ctx) =>
    {
        _started.Add(ctx.Path.ToString());
        await new UntilCancelled(ctx.CancellationToken).Task;
        return x;
    });

    private static Step<int, int> Quick { get; } = Step.Create<int, int>("quick", (x, _) => x + 1);

    /// <summary>A flow that does nothing but run the body as a flow with a limit.</summary>
    private static Flow<int, int> Timed(TimeSpan limit, Func<int, FlowContext, ValueTask<int>> body, int retries = 0)
    {
        var timed = AgentFlow.Flow.FromCode("timed", body).Configure(o =>
        {
            o.Timeout(limit);
            if (retries > 0) o.Retry(retries, TimeSpan.Zero);
        });
        return AgentFlow.Flow.FromCode<int, int>("root", (x, ctx) => ctx.RunAsync(timed, x));
    }
}
