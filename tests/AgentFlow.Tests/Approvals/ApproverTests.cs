using AgentFlow.Approvals;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Approvals;

/// <summary>The host's approver is asked once for every request, away from the flow's thread.</summary>
public class ApproverTests
{
    private readonly List<string> _asked = [];

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void An_approver_answers_without_a_human(int linger)
    {
        var (test, run) = Start(linger, request => new(ApprovalDecision.Approve("robot")));
        test.Finish(run);
        Assert.Equal("robot robot", run.Value());
        Assert.Equal(["flow/boss", "flow/boss#2"], _asked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_request_that_it_leaves_open_waits_for_a_human_and_is_not_shown_twice(int linger)
    {
        var (test, run) = Start(linger, request => new((ApprovalDecision?)null));
        test.Settle();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id, "eve").IsCompletedSuccessfully);
            test.Settle();
        }

        Assert.Equal("eve eve", run.Value());
        Assert.Equal(["flow/boss", "flow/boss#2"], _asked);
    }

    [Fact]
    public void A_run_that_is_continued_elsewhere_shows_its_open_requests_to_the_approver_there()
    {
        var (test, run) = Start(60, request => new((ApprovalDecision?)null));
        test.Settle();
        var elsewhere = new VirtualRun(configure: options => options.Approver = new Approver((_, _) => new(ApprovalDecision.Approve("other"))));
        var resumed = elsewhere.Runtime.Resume(Asking, run.Entries);
        elsewhere.Finish(resumed);
        Assert.Equal("other other", resumed.Value());
    }

    [Fact]
    public void An_approver_that_throws_leaves_the_request_open()
    {
        var (test, _) = Start(60, request => throw new IOException("no network"));
        test.Settle();
        Assert.Single(test.Runtime.Requests.Open);
    }

    [Fact]
    public void An_answer_that_does_not_fit_leaves_the_request_open()
    {
        var (test, _) = Start(60, request => new(ApprovalDecision.Answer(5)));
        test.Settle();
        Assert.Single(test.Runtime.Requests.Open);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Why_an_approver_has_not_answered_can_be_seen_where_the_request_is(int linger)
    {
        var (test, run) = Start(linger, request => request.Path.Name == "boss" && request.Path.Number == 1 ? throw new IOException("no network") : new(ApprovalDecision.Answer(5)));
        test.Settle();
        var first = test.Runtime.Requests.Open.Single();
        Assert.Equal("System.IO.IOException: no network", first.ApproverFailure);
        Assert.Equal("waits for flow/boss (the approver failed with System.IO.IOException: no network)", run.StatusReason);
        Assert.True(test.Runtime.Requests.ApproveAsync(first.Id, "eve").IsCompletedSuccessfully);
        test.Settle();
        var second = test.Runtime.Requests.Open.Single();
        Assert.StartsWith("System.ArgumentException: ", second.ApproverFailure, StringComparison.Ordinal);
        Assert.True(test.Runtime.Requests.ApproveAsync(second.Id, "eve").IsCompletedSuccessfully);
        test.Finish(run);
        Assert.Equal("eve eve", run.Value());
        var events = run.Events.ToBlockingEnumerable().OfType<ApproverFailed>().ToList();
        Assert.Equal([(first.Id, first.ApproverFailure!), (second.Id, second.ApproverFailure!)], events.Select(failed => (failed.Request.Id, failed.Failure)));
    }

    /// <summary>The run is executed again while somebody else's request is open: what is wrong with this one is still to be seen.</summary>
    [Fact]
    public void A_failure_is_not_forgotten_when_the_request_is_opened_again()
    {
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = TimeSpan.Zero;
            options.Approver = new Approver((request, _) => request.Path.Name == "one" ? throw new IOException("no network") : new((ApprovalDecision?)null));
        });
        var flow = Flow.FromCode<int, bool>("flow", async (x, ctx) =>
        {
            var (one, two) = await ctx.AllAsync(scope => scope.ApproveAsync("one", x), async scope =>
            {
                await scope.ApproveAsync("two", x);
                return await scope.ApproveAsync("three", x);
            });
            return one.IsApproved && two.IsApproved;
        });
        test.Start(flow, 1);
        test.Settle();
        Assert.True(test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single(request => request.Name == "two").Id).IsCompletedSuccessfully);
        test.Settle();
        Assert.Equal(["one: System.IO.IOException: no network", "three: "], test.Runtime.Requests.Open.Select(request => $"{request.Name}: {request.ApproverFailure}").Order());
    }

    [Theory]
    [InlineData("answered")]
    [InlineData("cancelled")]
    [InlineData("unloaded and answered")]
    public void An_approver_that_still_thinks_learns_that_it_is_too_late(string how)
    {
        var told = new List<CancellationToken>();
        var never = new TaskCompletionSource<ApprovalDecision?>();
        var (test, run) = Start(how.StartsWith("unloaded", StringComparison.Ordinal) ? 0 : 60, _ => throw new InvalidOperationException(), (_, token) =>
        {
            told.Add(token);
            return new(told.Count == 1 ? never.Task : new TaskCompletionSource<ApprovalDecision?>().Task);
        });
        test.Settle();
        Assert.False(told[0].IsCancellationRequested);
        if (how == "cancelled") _ = run.CancelAsync();
        else _ = test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id).AsTask();
        test.Settle();
        Assert.True(told[0].IsCancellationRequested);
        never.SetResult(ApprovalDecision.Approve("late"));
        test.Settle();
        Assert.Equal(how == "cancelled" ? 0 : 1, test.Runtime.Requests.Count);
    }

    private static Flow<int, string> Asking { get; } = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        $"{(await ctx.ApproveAsync("boss", x)).By} {(await ctx.ApproveAsync("boss", x)).By}");

    private (VirtualRun Test, FlowRun<string> Run) Start(
        int linger, Func<ApprovalRequest, ValueTask<ApprovalDecision?>> decide, Func<ApprovalRequest, CancellationToken, ValueTask<ApprovalDecision?>>? think = null)
    {
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = TimeSpan.FromSeconds(linger);
            options.Approver = new Approver((request, token) =>
            {
                _asked.Add(request.Path.ToString());
                return think is null ? decide(request) : think(request, token);
            });
        });
        return (test, test.Start(Asking, 1));
    }

    private sealed class Approver(Func<ApprovalRequest, CancellationToken, ValueTask<ApprovalDecision?>> decide) : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) => decide(request, cancellationToken);
    }
}
