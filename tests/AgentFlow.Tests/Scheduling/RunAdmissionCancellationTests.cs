using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class RunAdmissionCancellationTests
{
    [Fact]
    public void A_cancelled_queued_run_frees_its_place_for_the_next_at_the_door()
    {
        var door = new AdmissionScenario(runs: 1, queued: 1);
        using var cancellation = new CancellationTokenSource();
        _ = door.Enter("running", 1);
        Task queued = door.Enter("queued", 1, cancellationToken: cancellation.Token)[0];
        _ = door.Enter("at the door", 1);

        cancellation.Cancel();
        Assert.False(queued.IsCompleted);
        door.Pump();

        Assert.True(queued.IsCanceled);
        Assert.Equal(1, door.Admission.Queued);
        door.ExitAndPump();
        Assert.Equal(["running", "at the door"], door.Order);
    }

    [Fact]
    public void A_run_cancelled_at_the_door_takes_no_place()
    {
        var door = new AdmissionScenario(runs: 1, queued: 1);
        using var cancellation = new CancellationTokenSource();
        _ = door.Enter("a", 2);
        Task waiting = door.Enter("cancelled", 1, cancellationToken: cancellation.Token)[0];
        _ = door.Enter("next", 1);

        cancellation.Cancel();
        door.Pump();
        door.ExitAndPump(times: 2);

        Assert.True(waiting.IsCanceled);
        Assert.Equal(["a", "a", "next"], door.Order);
    }

    [Fact]
    public void A_run_cancelled_between_its_admission_and_its_start_passes_its_slot_on()
    {
        var door = new AdmissionScenario(runs: 1);
        using var cancellation = new CancellationTokenSource();
        _ = door.Enter("running", 1);
        Task admitted = door.Enter("cancelled", 1, cancellationToken: cancellation.Token)[0];
        _ = door.Enter("next", 1);

        door.Admission.Exit();
        cancellation.Cancel();
        door.Pump();

        Assert.True(admitted.IsCanceled);
        Assert.Equal(["running", "next"], door.Order);
        Assert.Equal((1, 0), (door.Admission.Running, door.Admission.Queued));
    }

    [Fact]
    public void When_the_last_queued_run_is_cancelled_a_free_slot_is_taken_inline_again()
    {
        var door = new AdmissionScenario(runs: 1);
        using var cancellation = new CancellationTokenSource();
        _ = door.Enter("running", 1);
        _ = door.Enter("cancelled", 1, cancellationToken: cancellation.Token);

        cancellation.Cancel();
        door.ExitAndPump();

        Assert.Equal(0, door.Admission.Running);
        Assert.True(door.Enter("next", 1)[0].IsCompletedSuccessfully);
    }

    [Fact]
    public void Cancelled_runs_neither_fill_the_queue_nor_disturb_its_order()
    {
        var door = new AdmissionScenario(runs: 1, queued: 4, QueueFullMode.Reject);
        _ = door.Enter("running", 1);
        _ = door.Enter("1", 1);
        _ = door.Enter("2", 1);
        for (int i = 0; i < 10_000; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task canceled = door.Enter("never", 1, cancellationToken: cancellation.Token)[0];
            cancellation.Cancel();
            door.Pump();
            Assert.True(canceled.IsCanceled);
        }

        _ = door.Enter("3", 1);
        _ = door.Enter("4", 1);
        Assert.Equal(4, door.Admission.Queued);
        door.ExitAndPump(times: 5);

        Assert.Equal(["running", "1", "2", "3", "4"], door.Order);
        Assert.Equal((0, 0), (door.Admission.Running, door.Admission.Queued));
    }
}
