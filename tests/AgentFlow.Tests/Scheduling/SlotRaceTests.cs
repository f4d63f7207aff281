using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class SlotRaceTests
{
    private const int Rounds = 100;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(1, null)]
    [InlineData(1, 1)]
    public void A_release_and_a_cancellation_at_the_same_moment_lose_no_slot_in_100_000_bouts(int? global, int? lane)
    {
        int granted = 0;

        Duel.Fight(
            Rounds,
            ground: () => new Ground(global, lane),
            prepare: ground =>
            {
                ground.Held = Immediately.Acquired(ground.AcquireAsync(CancellationToken.None));
                ground.WaitCancellably();
            },
            one: ground =>
            {
                ground.Held.Release();
                ground.Dispatcher.Pump();
            },
            other: ground => ground.Cancellation.Cancel(),
            check: ground =>
            {
                ground.Dispatcher.Pump();
                Assert.True(ground.Waiting.IsCompleted);
                if (ground.Waiting.IsGranted)
                {
                    granted++;
                    ground.Waiting.Slot.Release();
                }

                Assert.Equal(0, ground.Lane?.Running ?? 0);
            });

        Assert.InRange(granted, 1, (Rounds * 1_000) - 1);
    }

    [Fact]
    public void A_hand_over_from_lane_to_global_and_a_cancellation_at_the_same_moment_lose_no_slot() =>
        Duel.Fight(
            Rounds,
            ground: () => new Ground(global: 1, lane: 1),
            prepare: ground =>
            {
                ground.Held = Immediately.Acquired(ground.AcquireWithoutLaneAsync());
                Assert.True(ground.Lane!.TryEnter());
                ground.WaitCancellably();
            },
            one: ground => ground.Lane!.Exit(),
            other: ground => ground.Cancellation.Cancel(),
            check: ground =>
            {
                ground.Dispatcher.Pump();
                Assert.True(ground.Waiting.IsCanceled, "The global slot is taken: only the cancellation can end the wait.");
                Assert.Equal(0, ground.Lane!.Running);
                ground.Held.Release();
            });

    [Fact]
    public void Two_threads_that_release_and_take_at_the_same_moment_find_a_slot_each() =>
        Duel.Fight(
            Rounds,
            ground: () => new Lane("lane", capacity: 2),
            prepare: lane => Assert.True(lane.TryEnter() && lane.TryEnter()),
            one: ReleaseTakeAndRelease,
            other: ReleaseTakeAndRelease,
            check: lane => Assert.Equal(0, lane.Running));

    private static void ReleaseTakeAndRelease(Lane lane)
    {
        lane.Exit();
        Assert.True(lane.TryEnter());
        lane.Exit();
    }

    /// <summary>Asked for its state only: 100,000 thrown cancellations would take longer than the bouts.</summary>
    private sealed class Pending(ValueTask<Slot> acquiring)
    {
        public bool IsCompleted => acquiring.IsCompleted;

        public bool IsGranted => acquiring.IsCompletedSuccessfully;

        public bool IsCanceled => acquiring.IsCanceled;

        public Slot Slot => Immediately.Acquired(acquiring);
    }

    private sealed class Ground
    {
        private readonly SlotScenario _scenario;
        private readonly RunQueue _run;

        public Ground(int? global, int? lane)
        {
            _scenario = new SlotScenario(global, lane);
            _run = _scenario.Run();
        }

        public PumpedDispatcher Dispatcher => _scenario.Dispatcher;

        public Lane? Lane => _scenario.Lane;

        public Slot Held { get; set; }

        public CancellationTokenSource Cancellation { get; private set; } = new();

        public Pending Waiting { get; private set; } = new(default);

        public ValueTask<Slot> AcquireAsync(CancellationToken cancellationToken) =>
            _scenario.Scheduler.AcquireAsync(Lane, _run, cancellationToken);

        public ValueTask<Slot> AcquireWithoutLaneAsync() => _scenario.Scheduler.AcquireAsync(null, _run, CancellationToken.None);

        public void WaitCancellably()
        {
            Cancellation = new CancellationTokenSource();
            Waiting = new Pending(AcquireAsync(Cancellation.Token));
        }
    }
}
