using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class SlotFairnessTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_with_one_waiter_is_second_at_the_latest_behind_a_run_with_10_000(bool inLane)
    {
        SlotScenario scenario = Saturated(inLane);
        _ = scenario.Effects("big", 10_000, scenario.Run(), scenario.Lane);
        _ = scenario.Effect("small", scenario.Run(), scenario.Lane);

        scenario.ReleaseOldestAndPump(times: 2);

        Assert.Equal(["first", "big", "small"], scenario.Order);
    }

    [Fact]
    public void A_small_run_that_keeps_coming_back_gets_every_second_slot()
    {
        SlotScenario scenario = Saturated(inLane: true);
        _ = scenario.Effects("big", 1_000, scenario.Run(), scenario.Lane);
        RunQueue small = scenario.Run();
        for (int i = 0; i < 100; i++)
        {
            _ = scenario.Effect("small", small, scenario.Lane);
            scenario.ReleaseOldestAndPump(times: 2);
        }

        Assert.Equal(100, scenario.Order.Count(name => name == "small"));
    }

    [Fact]
    public void Runs_take_turns()
    {
        SlotScenario scenario = Saturated(inLane: true);
        _ = scenario.Effects("a", 3, scenario.Run(), scenario.Lane);
        _ = scenario.Effects("b", 2, scenario.Run(), scenario.Lane);
        _ = scenario.Effects("c", 1, scenario.Run(), scenario.Lane);

        scenario.ReleaseAll();

        Assert.Equal("first a b c a b a", string.Join(' ', scenario.Order));
    }

    [Fact]
    public void Effects_of_one_run_keep_their_order()
    {
        SlotScenario scenario = Saturated(inLane: true);
        RunQueue run = scenario.Run();
        string[] names = [.. Enumerable.Range(0, 500).Select(i => $"{i}")];
        foreach (string name in names)
        {
            _ = scenario.Effect(name, run, scenario.Lane);
        }

        scenario.ReleaseAll();

        Assert.Equal(names, scenario.Order.Skip(1));
    }

    [Fact]
    public void One_run_may_wait_in_several_lanes_at_once()
    {
        var dispatcher = new PumpedDispatcher();
        var scheduler = new EffectScheduler(new SchedulerOptions().AddLane("x", 1).AddLane("y", 1), dispatcher);
        RunQueue run = scheduler.CreateRunQueue(RunPriority.Normal);
        Lane x = scheduler.FindLane("x")!;
        Lane y = scheduler.FindLane("y")!;
        Assert.True(x.TryEnter());
        Assert.True(y.TryEnter());
        Task<Slot>[] waiting = [.. new[] { x, y, x, y }.Select(lane => scheduler.AcquireAsync(lane, run, CancellationToken.None).AsTask())];

        y.Exit();
        y.Exit();
        dispatcher.Pump();

        Assert.Equal([false, true, false, true], waiting.Select(task => task.IsCompletedSuccessfully));
        Assert.Equal(1, x.Running);
    }

    [Fact]
    public void Slots_are_handed_over_8_to_4_to_1_while_all_priorities_wait()
    {
        SlotScenario scenario = Saturated(inLane: true);
        _ = scenario.Effects("low", 100, scenario.Run(RunPriority.Low), scenario.Lane);
        _ = scenario.Effects("normal", 400, scenario.Run(RunPriority.Normal), scenario.Lane);
        _ = scenario.Effects("high", 800, scenario.Run(RunPriority.High), scenario.Lane);

        scenario.ReleaseOldestAndPump(times: 1_300);

        foreach (string[] round in scenario.Order.Skip(1).Chunk(13))
        {
            Assert.Equal([8, 4, 1], new[] { "high", "normal", "low" }.Select(name => round.Count(taken => taken == name)));
        }
    }

    [Fact]
    public void A_high_run_goes_before_those_that_already_wait()
    {
        SlotScenario scenario = Saturated(inLane: true);
        _ = scenario.Effect("low", scenario.Run(RunPriority.Low), scenario.Lane);
        _ = scenario.Effect("normal", scenario.Run(RunPriority.Normal), scenario.Lane);
        _ = scenario.Effect("high", scenario.Run(RunPriority.High), scenario.Lane);

        scenario.ReleaseAll();

        Assert.Equal(["first", "high", "normal", "low"], scenario.Order);
    }

    private static SlotScenario Saturated(bool inLane)
    {
        SlotScenario scenario = inLane ? new SlotScenario(lane: 1) : new SlotScenario(global: 1);
        Assert.True(scenario.Effect("first", scenario.Run(), scenario.Lane).IsCompletedSuccessfully);
        return scenario;
    }
}
