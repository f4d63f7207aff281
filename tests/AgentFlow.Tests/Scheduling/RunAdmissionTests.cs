using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class RunAdmissionTests
{
    [Fact]
    public void Without_a_limit_every_run_enters()
    {
        var door = new AdmissionScenario(runs: null);

        Task[] runs = door.Enter("a", 1_000);

        Assert.True(door.Admission.IsUnlimited);
        Assert.All(runs, run => Assert.True(run.IsCompletedSuccessfully));
    }

    [Fact]
    public void No_more_runs_execute_than_the_limit_and_the_others_follow_in_order()
    {
        var door = new AdmissionScenario(runs: 2, queued: 3);

        _ = door.Enter("a", 1);
        _ = door.Enter("b", 1);
        _ = door.Enter("c", 1);
        _ = door.Enter("d", 1);

        Assert.False(door.Admission.IsUnlimited);
        Assert.Equal((2, 2), (door.Admission.Running, door.Admission.Queued));
        Assert.Equal(["a", "b"], door.Order);
        door.ExitAndPump(times: 2);
        Assert.Equal(["a", "b", "c", "d"], door.Order);
        door.ExitAndPump(times: 2);
        Assert.Equal((0, 0), (door.Admission.Running, door.Admission.Queued));
    }

    [Fact]
    public void An_exit_runs_nothing_on_its_thread_and_nobody_overtakes_the_run_it_admitted()
    {
        var door = new AdmissionScenario(runs: 1);
        _ = door.Enter("running", 1);
        Task queued = door.Enter("queued", 1)[0];

        door.Admission.Exit();
        Task newcomer = door.Enter("newcomer", 1)[0];

        Assert.False(queued.IsCompleted);
        door.Pump();
        Assert.True(queued.IsCompletedSuccessfully);
        Assert.False(newcomer.IsCompleted);
        Assert.Equal(1, door.Admission.Running);
    }

    [Fact]
    public async Task A_full_queue_that_rejects_names_both_numbers_and_takes_nothing()
    {
        var door = new AdmissionScenario(runs: 1, queued: 2, QueueFullMode.Reject);
        _ = door.Enter("a", 3);

        var rejected = await Assert.ThrowsAsync<RunRejectedException>(() => door.Enter("late", 1)[0]);

        Assert.Equal((2, 2), (rejected.Queued, rejected.Limit));
        Assert.Contains("MaxQueuedRuns is 2", rejected.Message, StringComparison.Ordinal);
        Assert.Equal((1, 2), (door.Admission.Running, door.Admission.Queued));
        door.ExitAndPump();
        Assert.False(door.Enter("in time", 1)[0].IsCompleted);
        door.ExitAndPump(times: 3);
        Assert.Equal(["a", "a", "a", "in time"], door.Order);
    }

    [Fact]
    public void A_full_queue_that_waits_stays_bounded_and_lets_the_next_in_when_a_place_is_free()
    {
        var door = new AdmissionScenario(runs: 1, queued: 2);
        Task[] runs = door.Enter("a", 50);

        for (int executed = 1; executed <= 50; executed++)
        {
            Assert.Equal(Math.Min(2, 50 - executed), door.Admission.Queued);
            Assert.Equal(executed, runs.Count(run => run.IsCompletedSuccessfully));
            door.ExitAndPump();
        }

        Assert.Equal(0, door.Admission.Running);
    }

    [Fact]
    public void A_resumed_run_is_never_rejected()
    {
        var door = new AdmissionScenario(runs: 1, queued: 1, QueueFullMode.Reject);
        _ = door.Enter("a", 2);

        Task[] resumed = door.Enter("resumed", 5, mustAccept: true);

        Assert.DoesNotContain(resumed, run => run.IsCompleted);
        door.ExitAndPump(times: 6);
        Assert.All(resumed, run => Assert.True(run.IsCompletedSuccessfully));
    }

    [Fact]
    public void Runs_are_admitted_8_to_4_to_1_while_all_priorities_wait()
    {
        var door = new AdmissionScenario(runs: 1);
        _ = door.Enter("first", 1);
        _ = door.Enter("low", 100, RunPriority.Low);
        _ = door.Enter("normal", 400, RunPriority.Normal);
        _ = door.Enter("high", 800, RunPriority.High);

        door.ExitAndPump(times: 1_300);

        foreach (string[] round in door.Order.Skip(1).Chunk(13))
        {
            Assert.Equal([8, 4, 1], new[] { "high", "normal", "low" }.Select(name => round.Count(taken => taken == name)));
        }
    }

    [Fact]
    public void At_the_door_of_a_full_queue_a_high_run_goes_before_those_that_already_wait()
    {
        var door = new AdmissionScenario(runs: 1, queued: 1);
        _ = door.Enter("first", 1);
        _ = door.Enter("queued", 1, RunPriority.Low);
        _ = door.Enter("low", 5, RunPriority.Low);
        _ = door.Enter("high", 1, RunPriority.High);

        door.ExitAndPump(times: 2);

        Assert.Equal(["first", "queued", "high"], door.Order);
    }

    [Fact]
    public async Task A_start_is_accepted_with_a_place_in_the_queue_and_held_back_without()
    {
        var door = new AdmissionScenario(runs: 1, queued: 1);
        _ = door.Enter("running", 1);

        ValueTask<RunTicket> accepted = door.Admission.AcceptAsync(RunPriority.Normal, mustAccept: false, CancellationToken.None);
        ValueTask<RunTicket> heldBack = door.Admission.AcceptAsync(RunPriority.Normal, mustAccept: false, CancellationToken.None);

        Assert.True(accepted.IsCompletedSuccessfully);
        Assert.False(heldBack.IsCompleted);
        Task turn = (await accepted).WaitAsync(CancellationToken.None).AsTask();
        Assert.False(turn.IsCompleted);
        door.ExitAndPump();
        Assert.True(turn.IsCompletedSuccessfully);
        Assert.True(heldBack.IsCompletedSuccessfully);
    }
}
