using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class RunAdmissionRaceTests
{
    [Fact]
    public void An_exit_and_a_cancellation_at_the_same_moment_lose_no_slot_in_20_000_bouts()
    {
        int admitted = 0;

        Duel.Fight(
            rounds: 20,
            ground: () => new Ground(),
            prepare: ground =>
            {
                Immediately.Entered(ground.EnterAsync(CancellationToken.None));
                ground.QueueCancellably();
            },
            one: ground =>
            {
                ground.Admission.Exit();
                ground.Dispatcher.Pump();
            },
            other: ground => ground.Cancellation.Cancel(),
            check: ground =>
            {
                ground.Dispatcher.Pump();
                foreach (Task run in ground.Runs)
                {
                    Assert.True(run.IsCompleted);
                    if (run.IsCompletedSuccessfully)
                    {
                        admitted++;
                        ground.Admission.Exit();
                        ground.Dispatcher.Pump();
                    }
                }

                Assert.Equal((0, 0), (ground.Admission.Running, ground.Admission.Queued));
            });

        Assert.InRange(admitted, 1, 39_999);
    }

    private sealed class Ground
    {
        public Ground() =>
            Admission = new RunAdmission(new SchedulerOptions { MaxConcurrentRuns = 1, MaxQueuedRuns = 1 }, Dispatcher);

        public PumpedDispatcher Dispatcher { get; } = new();

        public RunAdmission Admission { get; }

        public CancellationTokenSource Cancellation { get; private set; } = new();

        /// <summary>One in the queue and one at its door.</summary>
        public Task[] Runs { get; private set; } = [];

        public ValueTask EnterAsync(CancellationToken cancellationToken) =>
            Admission.EnterAsync(RunPriority.Normal, mustAccept: false, cancellationToken);

        public void QueueCancellably()
        {
            Cancellation = new CancellationTokenSource();
            Runs = [EnterAsync(Cancellation.Token).AsTask(), EnterAsync(Cancellation.Token).AsTask()];
        }
    }
}
