using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class SlotStressTests
{
    private const int Workers = 24;
    private const int EffectsPerWorker = 1_000;
    private const int GlobalLimit = 4;

    private static readonly int[] LaneLimits = [1, 3];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Limits_hold_and_no_slot_is_lost_when_threads_acquire_release_and_cancel_at_random(int seed)
    {
        var scheduler = new EffectScheduler(
            new SchedulerOptions { MaxConcurrentEffects = GlobalLimit }.AddLane("one", LaneLimits[0]).AddLane("three", LaneLimits[1]),
            WorkDispatcher.ThreadPool);
        Lane?[] lanes = [scheduler.FindLane("one"), scheduler.FindLane("three"), null];
        RunQueue[] runs = [.. Enumerable.Range(0, 6).Select(i => scheduler.CreateRunQueue((RunPriority)(i % PriorityTurns.Levels)))];
        Peak[] peaks = [new(), new(), new()];
        var all = new Peak();
        int completed = 0;
        int canceled = 0;

        async Task WorkAsync(int worker)
        {
            await Task.Yield();
            var random = new Random(seed * 1_000 + worker);
            RunQueue run = runs[worker % runs.Length];
            for (int i = 0; i < EffectsPerWorker; i++)
            {
                int lane = random.Next(lanes.Length);
                using var cancellation = new CancellationTokenSource();
                Task<Slot> acquiring = scheduler.AcquireAsync(lanes[lane], run, cancellation.Token).AsTask();
                Task cancelling = random.Next(4) == 0 ? Task.Run(cancellation.Cancel) : Task.CompletedTask;
                try
                {
                    Slot slot = await acquiring.ConfigureAwait(false);
                    peaks[lane].Enter();
                    all.Enter();
                    if (random.Next(2) == 0)
                    {
                        await Task.Yield();
                    }

                    all.Exit();
                    peaks[lane].Exit();
                    slot.Release();
                    Interlocked.Increment(ref completed);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref canceled);
                }

                await cancelling.ConfigureAwait(false);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(WorkAsync)).WaitAsync(HangGuard.Limit);

        Assert.Equal(Workers * EffectsPerWorker, completed + canceled);
        Assert.True(canceled > 100, $"only {canceled} cancelled");
        Assert.Equal(LaneLimits, peaks.Take(LaneLimits.Length).Select(peak => peak.Most));
        Assert.Equal(GlobalLimit, all.Most);
        Assert.All(lanes.OfType<Lane>(), lane => Assert.Equal(0, lane.Running));
        for (int i = 0; i < GlobalLimit; i++)
        {
            Immediately.Acquired(scheduler.AcquireAsync(null, runs[0], CancellationToken.None));
        }
    }
}
