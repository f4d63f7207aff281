using System.Runtime.CompilerServices;
using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class SlotCancellationTests
{
    [Fact]
    public async Task A_token_cancelled_before_takes_no_slot()
    {
        var scenario = new SlotScenario(global: 1, lane: 1);

        Task effect = scenario.Effect("late", scenario.Run(), scenario.Lane, new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => effect);
        Assert.Equal(0, scenario.Lane!.Running);
    }

    [Fact]
    public async Task A_cancelled_waiter_leaves_the_others_in_order()
    {
        var scenario = new SlotScenario(lane: 1);
        RunQueue run = scenario.Run();
        var cancellations = Enumerable.Range(0, 5).Select(_ => new CancellationTokenSource()).ToArray();
        _ = scenario.Effect("first", scenario.Run(), scenario.Lane);
        Task[] effects = [.. cancellations.Select((source, i) => scenario.Effect($"{i}", run, scenario.Lane, source.Token))];

        cancellations[0].Cancel();
        cancellations[2].Cancel();
        cancellations[4].Cancel();
        Assert.DoesNotContain(effects, effect => effect.IsCompleted);
        scenario.Dispatcher.Pump();
        scenario.ReleaseAll();

        Assert.Equal(["first", "1", "3"], scenario.Order);
        foreach (int i in new[] { 0, 2, 4 })
        {
            var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => effects[i]);
            Assert.Equal(cancellations[i].Token, canceled.CancellationToken);
        }

        Assert.Equal(0, scenario.Lane!.Running);
    }

    [Fact]
    public void When_the_last_waiter_is_cancelled_the_lane_is_uncontended_again()
    {
        var scenario = new SlotScenario(lane: 1);
        using var cancellation = new CancellationTokenSource();
        _ = scenario.Effect("first", scenario.Run(), scenario.Lane);
        _ = scenario.Effect("never", scenario.Run(), scenario.Lane, cancellation.Token);

        cancellation.Cancel();
        scenario.ReleaseOldestAndPump();

        Assert.Equal(0, scenario.Lane!.Running);
        Assert.True(scenario.Effect("next", scenario.Run(), scenario.Lane).IsCompletedSuccessfully);
    }

    [Fact]
    public void A_waiter_cancelled_in_the_global_queue_gives_its_lane_slot_to_the_next()
    {
        var scenario = new SlotScenario(global: 1, lane: 1);
        using var cancellation = new CancellationTokenSource();
        _ = scenario.Effect("first", scenario.Run());
        Task canceled = scenario.Effect("holds lane", scenario.Run(), scenario.Lane, cancellation.Token);
        _ = scenario.Effect("next in lane", scenario.Run(), scenario.Lane);

        cancellation.Cancel();
        scenario.Dispatcher.Pump();

        Assert.True(canceled.IsCanceled);
        Assert.Equal(1, scenario.Lane!.Running);
        scenario.ReleaseAll();
        Assert.Equal(["first", "next in lane"], scenario.Order);
        Assert.Equal(0, scenario.Lane.Running);
    }

    [Fact]
    public void A_slot_handed_to_an_effect_that_is_cancelled_before_it_resumes_goes_to_the_next()
    {
        var scenario = new SlotScenario(global: 1, lane: 1);
        using var cancellation = new CancellationTokenSource();
        _ = scenario.Effect("first", scenario.Run(), scenario.Lane);
        Task canceled = scenario.Effect("cancelled", scenario.Run(), scenario.Lane, cancellation.Token);
        _ = scenario.Effect("next", scenario.Run(), scenario.Lane);

        scenario.ReleaseOldest();
        cancellation.Cancel();
        scenario.Dispatcher.Pump();

        Assert.True(canceled.IsCanceled);
        Assert.Equal(["first", "next"], scenario.Order);
        scenario.ReleaseAll();
        Assert.Equal(0, scenario.Lane!.Running);
    }

    [Fact]
    public void A_cancellation_between_the_lane_and_the_global_queue_ends_the_wait()
    {
        var scenario = new SlotScenario(global: 1, lane: 1);
        using var cancellation = new CancellationTokenSource();
        _ = scenario.Effect("global", scenario.Run());
        Lane lane = scenario.Lane!;
        Assert.True(lane.TryEnter());
        var waiter = new SlotWaiter(lane, scenario.Run());
        Task<Slot> waiting = waiter.AcquireAsync(lane, cancellation.Token).AsTask();

        // A releasing thread takes the waiter out of the lane and then enters it into the global queue.
        Assert.True(lane.TryWithdraw(waiter));
        cancellation.Cancel();
        waiter.OnEntered(lane);
        scenario.Dispatcher.Pump();

        Assert.True(waiting.IsCanceled);
        Assert.Equal(0, lane.Running);
    }

    [Fact]
    public void A_long_lived_token_does_not_keep_what_waited_under_it()
    {
        var scenario = new SlotScenario(lane: 1);
        using var cancellation = new CancellationTokenSource();
        _ = scenario.Effect("first", scenario.Run(), scenario.Lane);

        WeakReference run = WaitOnce(scenario, cancellation.Token);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(run.IsAlive);
        Assert.Equal(["first", "waited"], scenario.Order);
    }

    [Fact]
    public void A_lane_slot_that_passes_through_20_000_cancelled_waiters_does_not_recurse()
    {
        var scenario = new SlotScenario(global: 1, lane: 1);
        using var cancellation = new CancellationTokenSource();
        using var blocker = new CancellationTokenSource();
        _ = scenario.Effect("global", scenario.Run());
        Task blocking = scenario.Effect("lane", scenario.Run(), scenario.Lane, blocker.Token);
        Task[] effects = scenario.Effects("never", 20_000, scenario.Run(), scenario.Lane, cancellation.Token);

        // The youngest registration runs first: every waiter is cancelled then, and none has been withdrawn.
        using CancellationTokenRegistration first = cancellation.Token.Register(() =>
        {
            blocker.Cancel();
            scenario.Dispatcher.Pump();
        });
        cancellation.Cancel();
        scenario.Dispatcher.Pump();

        Assert.True(blocking.IsCanceled);
        Assert.All(effects, effect => Assert.True(effect.IsCanceled));
        Assert.Equal(0, scenario.Lane!.Running);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference WaitOnce(SlotScenario scenario, CancellationToken cancellationToken)
    {
        RunQueue run = scenario.Run();
        _ = scenario.Effect("waited", run, scenario.Lane, cancellationToken);
        scenario.ReleaseAll();
        return new WeakReference(run);
    }
}
