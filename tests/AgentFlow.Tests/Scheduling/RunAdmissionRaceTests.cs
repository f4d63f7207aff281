using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class RunAdmissionRaceTests
{
    private const int Rounds = 100;

    [Fact]
    public void An_exit_and_a_cancellation_at_the_same_moment_lose_no_slot_in_100_000_bouts()
    {
        int admitted = 0;

        Duel.Fight(
            Rounds,
            ground: () => new Ground(),
            prepare: ground => ground.EnterAndQueueAnother(),
            one: ground =>
            {
                ground.Admission.Exit();
                ground.Dispatcher.Pump();
            },
            other: ground => ground.Cancellation.Cancel(),
            check: ground =>
            {
                ground.Dispatcher.Pump();
                Assert.True(ground.Queued.IsCompleted);
                if (ground.Queued.IsAdmitted)
                {
                    admitted++;
                    ground.Admission.Exit();
                }

                Assert.Equal((0, 0), (ground.Admission.Running, ground.Admission.Queued));
            });

        Assert.InRange(admitted, 1, (Rounds * 1_000) - 1);
    }

    private sealed class Pending(ValueTask entering)
    {
        public bool IsCompleted => entering.IsCompleted;

        public bool IsAdmitted => entering.IsCompletedSuccessfully;
    }

    private sealed class Ground
    {
        public Ground() =>
            Admission = new RunAdmission(new SchedulerOptions { MaxConcurrentRuns = 1, MaxQueuedRuns = 1 }, Dispatcher);

        public PumpedDispatcher Dispatcher { get; } = new();

        public RunAdmission Admission { get; }

        public CancellationTokenSource Cancellation { get; private set; } = new();

        public Pending Queued { get; private set; } = new(default);

        public void EnterAndQueueAnother()
        {
            Immediately.Entered(EnterAsync(CancellationToken.None));
            Cancellation = new CancellationTokenSource();
            Queued = new Pending(EnterAsync(Cancellation.Token));
        }

        private ValueTask EnterAsync(CancellationToken cancellationToken) =>
            Admission.EnterAsync(RunPriority.Normal, mustAccept: false, cancellationToken);
    }
}
