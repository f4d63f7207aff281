using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Runs;

public class QueuedRunsTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_run_beyond_the_limit_is_queued_and_its_handle_is_there_at_once()
    {
        await using var runtime = Limited(QueueFullMode.Wait);
        var first = await runtime.StartAsync(Waiting(), 1);
        var second = await runtime.StartAsync(Waiting(), 2).AsTask().WaitAsync(Hang);
        Assert.Equal(RunStatus.Queued, second.Status);
        _gate.SetResult();
        Assert.Equal(1, await first.Result.WaitAsync(Hang));
        Assert.Equal(2, await second.Result.WaitAsync(Hang));
    }

    [Fact]
    public async Task A_full_queue_makes_the_caller_wait_or_rejects_as_chosen()
    {
        await using var patient = Limited(QueueFullMode.Wait);
        await patient.StartAsync(Waiting(), 1);
        await patient.StartAsync(Waiting(), 2);
        var third = patient.StartAsync(Waiting(), 3).AsTask();
        Assert.False(third.IsCompleted);

        await using var strict = Limited(QueueFullMode.Reject);
        await strict.StartAsync(Waiting(), 1);
        await strict.StartAsync(Waiting(), 2);
        var rejected = await Assert.ThrowsAsync<RunRejectedException>(async () => await strict.StartAsync(Waiting(), 3));
        Assert.Equal(1, rejected.Limit);
        Assert.Equal(2, strict.ActiveRuns);

        _gate.SetResult();
        Assert.Equal(3, await (await third.WaitAsync(Hang)).Result.WaitAsync(Hang));
    }

    [Fact]
    public async Task A_queued_run_can_be_cancelled_and_gives_its_place_to_the_next()
    {
        await using var runtime = Limited(QueueFullMode.Wait);
        await runtime.StartAsync(Waiting(), 1);
        var second = await runtime.StartAsync(Waiting(), 2);
        await second.CancelAsync().WaitAsync(Hang);
        Assert.Equal(RunStatus.Cancelled, second.Status);
        var third = await runtime.StartAsync(Waiting(), 3).AsTask().WaitAsync(Hang);
        _gate.SetResult();
        Assert.Equal(3, await third.Result.WaitAsync(Hang));
    }

    private static FlowRuntime Limited(QueueFullMode whenFull)
    {
        var options = new FlowRuntimeOptions();
        (options.Scheduler.MaxConcurrentRuns, options.Scheduler.MaxQueuedRuns, options.Scheduler.WhenFull) = (1, 1, whenFull);
        return new FlowRuntime(options);
    }

    private Flow<int, int> Waiting() => Flow.Start<int>("waiting").Then("gate", async Task<int> (value, ctx) =>
    {
        await _gate.Task.WaitAsync(ctx.CancellationToken);
        return value;
    }).Build();
}
