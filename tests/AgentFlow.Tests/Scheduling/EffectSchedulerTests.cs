using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class EffectSchedulerTests
{
    [Fact]
    public void Without_limits_every_slot_is_free()
    {
        var scenario = new SlotScenario();

        Task[] effects = scenario.Effects("a", 100, scenario.Run());

        Assert.All(effects, effect => Assert.True(effect.IsCompletedSuccessfully));
        Assert.False(scenario.Scheduler.HasGlobalLimit);
        scenario.ReleaseAll();
    }

    [Fact]
    public void A_lane_that_was_not_configured_is_not_found()
    {
        var scenario = new SlotScenario(lane: 1);

        Assert.Null(scenario.Scheduler.FindLane("Lane"));
        Assert.Equal("lane", scenario.Scheduler.FindLane("lane")!.Name);
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(null, 3)]
    [InlineData(3, 5)]
    [InlineData(5, 3)]
    public void Slots_are_taken_inline_until_the_smaller_limit_is_reached(int? global, int? lane)
    {
        var scenario = new SlotScenario(global, lane);

        Task[] effects = scenario.Effects("a", 7, scenario.Run(), scenario.Lane);

        Assert.Equal(3, effects.Count(effect => effect.IsCompletedSuccessfully));
        scenario.ReleaseAll();
        Assert.All(effects, effect => Assert.True(effect.IsCompletedSuccessfully));
        Assert.Equal(0, scenario.Lane?.Running ?? 0);
    }

    [Fact]
    public void A_lane_slot_is_held_while_its_effect_waits_for_the_global_one()
    {
        var scenario = new SlotScenario(global: 1, lane: 1);
        _ = scenario.Effect("no lane", scenario.Run());

        _ = scenario.Effect("first in lane", scenario.Run(), scenario.Lane);
        _ = scenario.Effect("second in lane", scenario.Run(), scenario.Lane);
        _ = scenario.Effect("no lane either", scenario.Run());

        Assert.Equal(1, scenario.Lane!.Running);
        scenario.ReleaseAll();
        Assert.Equal(["no lane", "first in lane", "no lane either", "second in lane"], scenario.Order);
        Assert.Equal(0, scenario.Lane.Running);
    }

    [Fact]
    public void A_released_slot_runs_nothing_on_the_releasing_thread()
    {
        var scenario = new SlotScenario(global: 1, lane: 1);
        _ = scenario.Effect("running", scenario.Run(), scenario.Lane);
        Task waiting = scenario.Effect("waiting", scenario.Run(), scenario.Lane);

        scenario.ReleaseOldest();

        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, scenario.Dispatcher.Count);
        scenario.Dispatcher.Pump();
        Assert.True(waiting.IsCompletedSuccessfully);
    }

    [Fact]
    public void Nobody_overtakes_a_waiter_whose_slot_was_handed_over()
    {
        var scenario = new SlotScenario(lane: 1);
        RunQueue greedy = scenario.Run();
        _ = scenario.Effect("running", greedy, scenario.Lane);
        _ = scenario.Effect("waiting", scenario.Run(), scenario.Lane);

        scenario.ReleaseOldest();
        _ = scenario.Effect("newcomer", greedy, scenario.Lane);
        scenario.Dispatcher.Pump();
        scenario.ReleaseAll();

        Assert.Equal(["running", "waiting", "newcomer"], scenario.Order);
    }

    [Fact]
    public void After_contention_slots_are_taken_inline_again()
    {
        var scenario = new SlotScenario(global: 2, lane: 2);
        _ = scenario.Effects("crowd", 10, scenario.Run(), scenario.Lane);
        scenario.ReleaseAll();

        Task[] effects = scenario.Effects("later", 2, scenario.Run(), scenario.Lane);

        Assert.All(effects, effect => Assert.True(effect.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_chain_of_100_000_queued_effects_on_the_thread_pool_does_not_recurse()
    {
        const int Effects = 100_000;
        var scheduler = new EffectScheduler(
            new SchedulerOptions { MaxConcurrentEffects = 1 }.AddLane("lane", 1), WorkDispatcher.ThreadPool);
        Lane lane = scheduler.FindLane("lane")!;
        RunQueue run = scheduler.CreateRunQueue(RunPriority.Normal);
        Slot first = await scheduler.AcquireAsync(lane, run, CancellationToken.None);
        int done = 0;
        int nested = 0;
        int inside = 0;
        async Task EffectAsync()
        {
            Slot slot = await scheduler.AcquireAsync(lane, run, CancellationToken.None).ConfigureAwait(false);
            nested = Math.Max(nested, ++inside);
            done++;
            inside--;
            slot.Release();
        }

        Task[] effects = [.. Enumerable.Range(0, Effects).Select(_ => EffectAsync())];
        first.Release();
        await Task.WhenAll(effects).WaitAsync(HangGuard.Limit);

        Assert.Equal(Effects, done);
        Assert.Equal(1, nested);
    }

    [Fact]
    public void A_slot_released_twice_is_an_error_instead_of_a_raised_limit()
    {
        var scheduler = new EffectScheduler(new SchedulerOptions { MaxConcurrentEffects = 1 }, new PumpedDispatcher());
        RunQueue run = scheduler.CreateRunQueue(RunPriority.Normal);
        Slot slot = Immediately.Acquired(scheduler.AcquireAsync(null, run, CancellationToken.None));
        slot.Release();

        Assert.Throws<InvalidOperationException>(slot.Release);
    }
}
