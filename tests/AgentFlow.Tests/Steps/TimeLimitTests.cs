using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Steps;

/// <summary>The time limit of a step: it walks away from a body that ignores its token, and the body keeps its slot.</summary>
public class TimeLimitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualRun _test = new(configure: options => options.Scheduler.AddLane("only", 1));

    [Fact]
    public void A_body_that_listens_is_cancelled_at_its_limit()
    {
        var run = _test.Start(Single(async (_, ctx) => await new UntilCancelled(ctx.CancellationToken).Task, o => o.Timeout(Second)), 1);
        Assert.Equal(Second, _test.Finish(run));
        Assert.Equal("Timeout", run.Failure().ErrorType);
        Assert.Equal(0, run.LateOutcomes);
    }

    [Fact]
    public void A_body_that_ignores_its_token_is_left_behind_and_keeps_its_slot()
    {
        var stuck = new TaskCompletionSource();
        var run = _test.Start(Single((_, _) => stuck.Task, o => o.Timeout(Second).Lane("only")), 1);
        Assert.Equal(Second, _test.Finish(run));
        Assert.Equal("Timeout", run.Failure().ErrorType);
        var lane = _test.Runtime.Scheduler.FindLane("only")!;
        Assert.Equal(1, lane.Running);
        stuck.SetResult();
        Assert.Equal(0, lane.Running);
        Assert.Equal(1, run.LateOutcomes);
    }

    [Fact]
    public async Task A_body_that_blocks_its_thread_is_left_behind()
    {
        using var release = new ManualResetEventSlim();
        var blocking = Step.Create<int, int>("blocking", (x, _) =>
        {
            release.Wait(HangGuard.Limit);
            return x;
        }, o => o.Timeout(TimeSpan.FromMilliseconds(50)));
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Flow.Start<int>("flow").Then(blocking).Build(), 1);
        await run.Ended.WaitAsync(HangGuard.Limit);
        Assert.Equal("Timeout", run.Failure().ErrorType);
        release.Set();
    }

    [Fact]
    public void A_time_limit_is_for_each_attempt()
    {
        var attempts = 0;
        var run = _test.Start(Single(async (_, ctx) =>
        {
            if (++attempts < 3) await new UntilCancelled(ctx.CancellationToken).Task;
        }, o => o.Retry(5, TimeSpan.Zero).Timeout(Second)), 1);
        Assert.Equal(2 * Second, _test.Finish(run));
        run.Value();
        Assert.Equal(["Timeout", "Timeout"], run.Entries.OfType<EffectFailedEntry>().Select(entry => entry.ErrorType));
    }

    /// <summary>Whoever is cancelled is given the grace that a cancelled run gives; only a limit of its own walks away at once.</summary>
    [Fact]
    public void A_cancelled_branch_waits_for_its_bodies_as_a_cancelled_run_does()
    {
        var stuck = new TaskCompletionSource<int>();
        var step = Step.Create<int, int>("stuck", (_, _) => stuck.Task, o => o.Timeout(TimeSpan.FromMinutes(1)));
        var caught = TimeSpan.Zero;
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.AnyAsync<int>(
            async c =>
            {
                try
                {
                    return await c.RunAsync(step, x);
                }
                finally
                {
                    caught = _test.Time.Elapsed;
                }
            },
            async c =>
            {
                await c.DelayAsync(Second);
                return x;
            })).Value);
        var run = _test.Start(flow, 1);
        _test.Finish(run);
        Assert.Equal(TimeSpan.Zero, caught);
        _test.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(3 * Second, caught);
    }

    /// <summary>The clock cancels the run in the instant in which the intent is journaled: the slot is there, the body is never called.</summary>
    [Fact]
    public void A_slot_is_given_back_when_the_body_is_never_called()
    {
        var called = false;
        FlowRun<int>? run = null;
        var step = Step.Create<int, int>("pay", (x, _) =>
        {
            called = true;
            return x;
        }, o => o.Effect(EffectClass.Irreversible).Timeout(Second).Lane("only").Source(Label.Untrusted("bank")));
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            await ctx.DelayAsync(Second);
            _ = run!.CancelAsync();
            return await ctx.RunAsync(step, x);
        });
        run = _test.Start(flow, 1);
        _test.Finish(run);
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.False(called);
        Assert.Equal(0, _test.Runtime.Scheduler.FindLane("only")!.Running);
    }

    private static Flow<int, int> Single(Func<int, StepContext, Task> body, Action<StepOptions<int, int>> options) =>
        Flow.Start<int>("flow").Then(Step.Create<int, int>("body", async Task<int> (x, ctx) =>
        {
            await body(x, ctx);
            return x;
        }, options)).Build();
}
