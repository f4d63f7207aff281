using AgentFlow.Scheduling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Runs;

public class DrainingTests
{
    private static readonly Flow<int, int> Echo = Flow.Start<int>("echo").Then("same", (x, _) => x).Build();

    [Fact]
    public async Task Draining_lets_executing_and_queued_runs_end_and_accepts_no_others()
    {
        await using var runtime = new FlowRuntime(new() { Scheduler = { MaxConcurrentRuns = 1 } });
        using var gate = new Gate();
        var executing = await runtime.StartAsync(gate.Flow, 1);
        await gate.Entered;
        var queued = runtime.StartAsync(Echo, 2).AsTask();
        var drained = runtime.DrainAsync();
        Assert.False(drained.IsCompleted);
        var refused = await Assert.ThrowsAsync<RuntimeStoppingException>(async () => await runtime.RunAsync(Echo, 3).AsTask().Soon());
        Assert.Equal("echo", refused.Flow);
        gate.Open();
        Assert.Equal(0, await drained.Soon());
        Assert.Equal((1, 2), (await executing, await await queued));
    }

    [Fact]
    public async Task After_the_timeout_what_still_executes_is_cancelled_within_the_grace()
    {
        var time = new VirtualTimeProvider();
        await using var runtime = new FlowRuntime(new() { Time = time });
        using var gate = new Gate();
        var run = await runtime.StartAsync(gate.Flow, 1);
        await gate.Entered;
        var drained = runtime.DrainAsync(TimeSpan.FromHours(2));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(RunStatus.Running, run.Status);
        time.Advance(TimeSpan.FromHours(1));
        await Eventually.Holds(() => time.ArmedTimers > 0);
        Assert.False(drained.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await drained.Soon());
        Assert.Equal((RunStatus.Cancelled, "the runtime shuts down"), (run.Status, run.StatusReason));
    }

    [Fact]
    public async Task The_callers_token_ends_the_waiting_too()
    {
        using var stop = new CancellationTokenSource();
        await using var runtime = new FlowRuntime(new() { CancellationGrace = TimeSpan.Zero });
        using var gate = new Gate();
        var run = await runtime.StartAsync(gate.Flow, 1);
        await gate.Entered;
        var drained = runtime.DrainAsync(Timeout.InfiniteTimeSpan, stop.Token);
        await stop.CancelAsync();
        Assert.Equal(1, await drained.Soon());
        Assert.Equal(RunStatus.Cancelled, run.Status);
    }

    [Fact]
    public async Task Suspended_runs_stay_and_one_that_wakes_is_waited_for()
    {
        await using var runtime = new FlowRuntime();
        using var gate = new Gate();
        using var second = new Gate();
        var asking = Flow.FromCode<int, int>("ask", async (x, ctx) =>
        {
            await ctx.ApproveAsync("boss", x);
            return await ctx.RunAsync(second.Step, x);
        });
        var busy = await runtime.StartAsync(gate.Flow, 1);
        var waking = await runtime.StartAsync(asking, 2);
        var staying = await runtime.StartAsync(asking, 3);
        await Eventually.Holds(() => waking.Status == RunStatus.Suspended && staying.Status == RunStatus.Suspended);
        var drained = runtime.DrainAsync();
        await runtime.Requests.ApproveAsync(runtime.Requests.Open.Single(request => request.RunId == waking.Id).Id);
        await second.Entered;
        gate.Open();
        await busy.Ended.Soon();
        var atTheEnd = drained.ContinueWith(_ => waking.Status, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        for (var turn = 0; turn < 20_000 && !drained.IsCompleted; turn++) await Task.Yield();
        second.Open();
        Assert.Equal(0, await drained.Soon());
        Assert.Equal((RunStatus.Completed, RunStatus.Completed, RunStatus.Suspended), (busy.Status, await atTheEnd, staying.Status));
    }

    [Fact]
    public async Task A_run_that_was_never_admitted_holds_nobody_up()
    {
        using var impatient = new CancellationTokenSource();
        await using var runtime = new FlowRuntime(new() { Scheduler = { MaxConcurrentRuns = 1, MaxQueuedRuns = 1 } });
        using var gate = new Gate();
        await runtime.StartAsync(gate.Flow, 1);
        await gate.Entered;
        await runtime.StartAsync(Echo, 1);
        var refused = runtime.StartAsync(Echo, 2, new() { Id = "order-7" }, impatient.Token).AsTask();
        var shared = runtime.GetRun<int>(RunId.Parse("order-7"))!;
        var drained = runtime.DrainAsync();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refused.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shared.Result.Soon());
        gate.Open();
        Assert.Equal(0, await drained.Soon());
    }

    [Fact]
    public async Task A_rejected_run_can_be_started_again_under_its_id()
    {
        await using var runtime = new FlowRuntime(new() { Scheduler = { MaxConcurrentRuns = 1, MaxQueuedRuns = 1, WhenFull = QueueFullMode.Reject } });
        using var gate = new Gate();
        await runtime.StartAsync(gate.Flow, 1);
        await gate.Entered;
        var queued = runtime.StartAsync(Echo, 2).AsTask();
        await Assert.ThrowsAsync<RunRejectedException>(async () => await runtime.StartAsync(Echo, 3, new() { Id = "order-7" }));
        gate.Open();
        await (await queued.Soon()).Result.Soon();
        Assert.Equal(3, await runtime.RunAsync(Echo, 3, new() { Id = "order-7" }).AsTask().Soon());
    }

    /// <summary>A step that enters and then waits, deaf to its token, until the test lets it go.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Gate()
        {
            Step = AgentFlow.Step.Create<int, int>("wait", async ValueTask<int> (x, _) =>
            {
                _entered.TrySetResult();
                await _open.Task;
                return x;
            });
            Flow = AgentFlow.Flow.Start<int>("gate").Then(Step).Build();
        }

        public Step<int, int> Step { get; }

        public Flow<int, int> Flow { get; }

        public Task Entered => _entered.Task.Soon();

        public void Open() => _open.TrySetResult();

        public void Dispose() => Open();
    }
}
