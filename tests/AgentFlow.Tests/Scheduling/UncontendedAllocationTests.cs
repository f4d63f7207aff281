using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class UncontendedAllocationTests
{
    private const int Times = 10_000;

    [Theory]
    [InlineData(null, null)]
    [InlineData(2, null)]
    [InlineData(null, 2)]
    [InlineData(2, 2)]
    public void A_free_slot_costs_no_allocation(int? global, int? lane)
    {
        var scenario = new SlotScenario(global, lane);
        EffectScheduler scheduler = scenario.Scheduler;
        Lane? inLane = scenario.Lane;
        RunQueue run = scenario.Run();
        using var cancellation = new CancellationTokenSource();

        Assert.Equal(0, AllocatedBy(() =>
        {
            ValueTask<Slot> acquired = scheduler.AcquireAsync(inLane, run, cancellation.Token);
            if (acquired.IsCompletedSuccessfully)
            {
                acquired.Result.Release();
            }
        }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public void A_free_place_among_the_executing_runs_costs_no_allocation(int? runs)
    {
        var admission = new RunAdmission(new SchedulerOptions { MaxConcurrentRuns = runs }, new PumpedDispatcher());
        using var cancellation = new CancellationTokenSource();

        Assert.Equal(0, AllocatedBy(() =>
        {
            ValueTask entered = admission.EnterAsync(RunPriority.Normal, mustAccept: false, cancellation.Token);
            if (entered.IsCompletedSuccessfully)
            {
                admission.Exit();
            }
        }));
    }

    private static long AllocatedBy(Action action)
    {
        for (int i = 0; i < Times; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Times; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
