using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class SlotRaceTests
{
    private const int Rounds = 100_000;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(1, null)]
    [InlineData(1, 1)]
    public void A_release_and_a_cancellation_at_the_same_moment_lose_no_slot_in_100_000_rounds(int? global, int? lane)
    {
        var dispatcher = new PumpedDispatcher();
        var options = new SchedulerOptions { MaxConcurrentEffects = global };
        var scheduler = new EffectScheduler(lane is { } limit ? options.AddLane("lane", limit) : options, dispatcher);
        Lane? inLane = scheduler.FindLane("lane");
        RunQueue run = scheduler.CreateRunQueue(RunPriority.Normal);
        ValueTask<Slot> Acquire(CancellationToken cancellationToken) => scheduler.AcquireAsync(inLane, run, cancellationToken);
        Slot held = default;
        CancellationTokenSource cancellation = new();
        Task<Slot>? waiting = null;
        bool pumpsAtOnce = false;
        int granted = 0;

        Duel.Fight(
            Rounds,
            seed: 7,
            prepare: round =>
            {
                pumpsAtOnce = round % 2 == 0;
                held = Immediately.Acquired(Acquire(CancellationToken.None));
                cancellation = new CancellationTokenSource();
                waiting = Acquire(cancellation.Token).AsTask();
            },
            one: () =>
            {
                held.Release();
                if (pumpsAtOnce)
                {
                    dispatcher.Pump();
                }
            },
            other: () => cancellation.Cancel(),
            check: _ =>
            {
                dispatcher.Pump();
                Assert.True(waiting!.IsCompleted);
                if (waiting.IsCompletedSuccessfully)
                {
                    granted++;
                    waiting.Result.Release();
                }
            });

        Assert.InRange(granted, 1, Rounds - 1);
        Assert.Equal(0, inLane?.Running ?? 0);
    }

    [Fact]
    public void A_hand_over_from_lane_to_global_and_a_cancellation_at_the_same_moment_lose_no_slot()
    {
        var dispatcher = new PumpedDispatcher();
        var scheduler = new EffectScheduler(new SchedulerOptions { MaxConcurrentEffects = 1 }.AddLane("lane", 1), dispatcher);
        Lane lane = scheduler.FindLane("lane")!;
        RunQueue run = scheduler.CreateRunQueue(RunPriority.Normal);
        CancellationTokenSource cancellation = new();
        Slot global = default;
        Task<Slot>? waiting = null;

        Duel.Fight(
            Rounds,
            seed: 11,
            prepare: _ =>
            {
                global = Immediately.Acquired(scheduler.AcquireAsync(null, run, CancellationToken.None));
                Assert.True(lane.TryEnter(), "The lane slot was lost.");
                cancellation = new CancellationTokenSource();
                waiting = scheduler.AcquireAsync(lane, run, cancellation.Token).AsTask();
            },
            one: lane.Exit,
            other: () => cancellation.Cancel(),
            check: _ =>
            {
                dispatcher.Pump();
                Assert.True(waiting!.IsCanceled, "The global slot is taken: only the cancellation can end the wait.");
                Assert.Equal(0, lane.Running);
                global.Release();
            });
    }
}
