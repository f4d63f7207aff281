using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

/// <summary>About as many threads as slots: limits open and close all the time, and most slots are taken interlocked.</summary>
public sealed class LightContentionTests
{
    private const int Threads = 3;
    private const int Limit = 2;
    private const int Times = 300_000;

    [Fact]
    public async Task Effects_never_exceed_the_limit_and_lose_no_slot()
    {
        var scheduler = new EffectScheduler(new SchedulerOptions().AddLane("lane", Limit), WorkDispatcher.ThreadPool);
        Lane lane = scheduler.FindLane("lane")!;
        var running = new Peak();

        await OnThreadsAsync(async () =>
        {
            RunQueue run = scheduler.CreateRunQueue(RunPriority.Normal);
            for (int i = 0; i < Times; i++)
            {
                Slot slot = await scheduler.AcquireAsync(lane, run, CancellationToken.None).ConfigureAwait(false);
                running.Enter();
                running.Exit();
                slot.Release();
            }
        });

        Assert.InRange(running.Most, 1, Limit);
        Assert.Equal(0, lane.Running);
    }

    [Fact]
    public async Task Runs_never_exceed_the_limit_and_lose_no_slot()
    {
        var admission = new RunAdmission(new SchedulerOptions { MaxConcurrentRuns = Limit, MaxQueuedRuns = 1 }, WorkDispatcher.ThreadPool);
        var running = new Peak();

        await OnThreadsAsync(async () =>
        {
            for (int i = 0; i < Times; i++)
            {
                await admission.EnterAsync(RunPriority.Normal, mustAccept: false, CancellationToken.None).ConfigureAwait(false);
                running.Enter();
                running.Exit();
                admission.Exit();
            }
        });

        Assert.InRange(running.Most, 1, Limit);
        Assert.Equal((0, 0), (admission.Running, admission.Queued));
    }

    private static Task OnThreadsAsync(Func<Task> work) =>
        Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(work))).WaitAsync(HangGuard.Limit);
}
