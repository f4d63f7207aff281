using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Runs;

/// <summary>Cancellation wherever a run may be: it ends cancelled within the grace, nothing starts any more, nothing holds it.</summary>
public class CancellationTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_run_is_cancelled_at_any_await_of_a_flow_with_all_verbs(int seed)
    {
        var points = 0;
        for (var point = 0; ; point++)
        {
            var flow = new EveryVerb(seed);
            if (!flow.Advance(point)) break;
            var cancelled = flow.Test.Time.Elapsed;
            var ended = flow.Run.CancelAsync("enough");
            var started = flow.Started;
            var entries = flow.Run.Entries.Count;
            Assert.Equal(cancelled, flow.Test.Finish(flow.Run));
            if (flow.Run.Status == RunStatus.Completed)
            {
                Assert.Equal($"{JournalEntryKind.RunCompleted}", string.Join(' ', flow.Run.Entries.Skip(entries).Select(entry => entry.Kind)));
                continue;
            }

            await AssertCancelledAsync(flow, started, ended);
            Assert.Equal(0, flow.LaneSlotsTaken);
            points++;
        }

        Assert.True(points > 100, $"only {points} points");
    }

    [Fact]
    public async Task A_run_is_cancelled_from_within_any_of_its_bodies()
    {
        var total = EveryVerb.Complete(0).Started;
        for (var body = 1; body <= total; body++)
        {
            var flow = new EveryVerb(0, onBody: (self, number) =>
            {
                if (number == body) _ = self.Run.CancelAsync("enough");
            });
            flow.Advance(int.MaxValue);
            await AssertCancelledAsync(flow, body, flow.Run.Ended);
        }
    }

    [Fact]
    public async Task A_body_that_ignores_its_token_does_not_hold_the_run()
    {
        var total = EveryVerb.Complete(0).Started;
        for (var body = 1; body <= total; body++)
        {
            var stuck = new TaskCompletionSource();
            var flow = new EveryVerb(0, work: number => number == body ? stuck.Task : Task.CompletedTask);
            flow.AdvanceUntil(() => flow.Started >= body);
            var cancelled = flow.Test.Time.Elapsed;
            var ended = flow.Run.CancelAsync("enough");
            var started = flow.Started;
            Assert.InRange(flow.Test.Finish(flow.Run) - cancelled, TimeSpan.Zero, Grace);
            await AssertCancelledAsync(flow, started, ended);
            stuck.SetResult();
            flow.Test.Settle();
            Assert.Equal(started, flow.Started);
            Assert.Equal(0, flow.LaneSlotsTaken);
            Assert.Equal(JournalEntryKind.RunCancelled, flow.Run.Entries[^1].Kind);
        }
    }

    [Fact]
    public async Task A_body_that_blocks_its_thread_does_not_hold_the_run()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var after = 0;
        var flow = Flow.Start<int>("blocked")
            .Then("block", (x, _) =>
            {
                entered.Set();
                release.Wait(HangGuard.Limit);
                return x;
            })
            .Then("after", (x, _) => ++after)
            .Build();
        await using var runtime = new FlowRuntime(new() { CancellationGrace = TimeSpan.FromMilliseconds(50) });
        var run = await runtime.StartAsync(flow, 1);
        entered.Wait(HangGuard.Limit);
        await run.CancelAsync("enough").WaitAsync(HangGuard.Limit);
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.False(release.IsSet);
        release.Set();
        await Assert.ThrowsAsync<FlowRunCancelledException>(async () => await run);
        Assert.Equal(["RunStarted blocked", "RunCancelled blocked"], run.Journal());
        Assert.Equal(0, after);
    }

    [Fact]
    public async Task The_callers_token_cancels_the_run()
    {
        using var source = new CancellationTokenSource();
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<int>("flow").Then("wait", async Task<int> (x, ctx) =>
        {
            source.Cancel();
            await new UntilCancelled(ctx.CancellationToken).Task;
            return x;
        }).Build();
        await Assert.ThrowsAsync<FlowRunCancelledException>(async () => await runtime.RunAsync(flow, 1, cancellationToken: source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await runtime.RunAsync(flow, 1, cancellationToken: source.Token));
    }

    [Fact]
    public void Cancelling_an_ended_run_does_nothing()
    {
        var flow = EveryVerb.Complete(0);
        var entries = flow.Run.Entries.Count;
        Assert.True(flow.Run.CancelAsync().IsCompletedSuccessfully);
        flow.Test.Settle();
        Assert.Equal((RunStatus.Completed, entries), (flow.Run.Status, flow.Run.Entries.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_suspended_run_is_cancelled_at_once(int lingerSeconds)
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.FromSeconds(lingerSeconds));
        var run = test.Start(Flow.FromCode<int, bool>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved), 1);
        test.Settle();
        Assert.Equal(RunStatus.Suspended, run.Status);
        _ = run.CancelAsync("enough");
        test.Settle();
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal("enough", run.StatusReason);
        Assert.Empty(test.Runtime.Requests.Open);
        Assert.Equal(["RunStarted flow", "RequestOpened flow/boss", "RunSuspended flow", "RequestResolved flow/boss", "RunCancelled flow"], run.Journal());
    }

    private static async Task AssertCancelledAsync(EveryVerb flow, int started, Task ended)
    {
        Assert.True(flow.Run.Status == RunStatus.Cancelled, $"{flow.Run.Status} {flow.Run.Result.Exception}");
        Assert.Equal("enough", Assert.IsType<FlowRunCancelledException>(flow.Run.Result.Exception!.InnerException).Reason);
        await ended.WaitAsync(HangGuard.Limit);
        Assert.Equal(started, flow.Started);
        Assert.Equal(JournalEntryKind.RunCancelled, flow.Run.Entries[^1].Kind);
        Assert.Empty(flow.Test.Runtime.Requests.Open);
        Assert.Equal(0, flow.Test.Runtime.ActiveRuns);
    }
}
