using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>Every resumption of a run is judged, each on its own.</summary>
public class ResumptionTests
{
    private const int Resumptions = 3;
    private int _executed;

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Every_resumption_is_judged_however_soon_it_comes(int linger)
    {
        var rule = new Rule("witness", _ => PolicyDecision.Allow, (PolicyOperation.ResumeRun, PolicyPhase.Request));
        var test = NewTest(rule, linger);
        var run = test.Start(Waiting(), 1);
        AnswerAll(test, run);
        Assert.Equal(Resumptions, rule.Asked.Count);
        Assert.Equal(1, _executed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void An_approval_is_for_one_resumption(int linger)
    {
        var rule = new Rule("guard", _ => PolicyDecision.RequireApproval("go on?"), (PolicyOperation.ResumeRun, PolicyPhase.Request));
        var test = NewTest(rule, linger);
        var run = test.Start(Waiting(), 1);
        var asked = AnswerAll(test, run);
        Assert.Equal(
            ["flow/wait-0", "flow/(ResumeRun)", "flow/wait-1", "flow/(ResumeRun)#2", "flow/wait-2", "flow/(ResumeRun)#3"],
            asked);
        Assert.Equal(1, _executed);
        for (var length = 2; length < run.Entries.Count; length++)
        {
            var resumed = test.Runtime.Resume(Waiting(), [.. run.Entries.Take(length)]);
            AnswerAll(test, resumed);
            Assert.Equal(Resumptions, resumed.Value());
        }
    }

    [Fact]
    public void A_rejected_resumption_ends_the_run_with_that_reason()
    {
        var test = NewTest(new Rule("guard", _ => PolicyDecision.RequireApproval("go on?"), (PolicyOperation.ResumeRun, PolicyPhase.Request)), linger: 60);
        var run = test.Start(Waiting(), 1);
        test.Settle();
        Answer(test, ApprovalDecision.Approve());
        Answer(test, ApprovalDecision.Reject("not today"));
        Assert.Equal("PolicyDenied", run.Failure().ErrorType);
        Assert.Contains("not today", run.StatusReason, StringComparison.Ordinal);
    }

    /// <summary>Whoever else was asked need not answer any more, and nothing stays open or armed.</summary>
    [Theory]
    [InlineData("denied")]
    [InlineData("cancelled")]
    [InlineData("too late")]
    public void A_run_that_ends_before_its_resumption_is_admitted_leaves_nothing_behind(string how)
    {
        var rule = new Rule("guard", _ => how == "denied" ? PolicyDecision.Deny("no more") : PolicyDecision.RequireApproval("go on?"), (PolicyOperation.ResumeRun, PolicyPhase.Request));
        var test = NewTest(rule, linger: 60);
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            var all = await ctx.AllAsync(scope => scope.ApproveAsync("one", x), scope => scope.ApproveAsync("two", x));
            return await ctx.RunAsync(Step.Create<int, int>("body", (v, _) => v + ++_executed), all.First.IsApproved && all.Second.IsApproved ? 1 : 0);
        });
        var run = test.Start(flow, 1, new() { Deadline = TimeSpan.FromHours(1) });
        test.Settle();
        Assert.True(test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single(request => request.Name == "one").Id).IsCompletedSuccessfully);
        test.Settle();
        if (how == "cancelled") _ = run.CancelAsync("enough");
        test.Finish(run);
        Assert.Equal(how == "cancelled" ? RunStatus.Cancelled : RunStatus.Failed, run.Status);
        Assert.Equal(how switch { "denied" => "guard: no more", "cancelled" => "enough", _ => run.Failure().InnerException!.Message }, run.StatusReason);
        if (how == "too late") Assert.Equal("DeadlineExceeded", run.Failure().ErrorType);
        Assert.Empty(test.Runtime.Requests.Open);
        Assert.Equal((0, 0, 0), (_executed, test.Runtime.ActiveRuns, test.Time.ArmedTimers));
    }

    private static VirtualRun NewTest(Rule rule, int linger) => new(configure: options =>
    {
        options.SuspendLinger = TimeSpan.FromSeconds(linger);
        options.Policies.Add(rule);
    });

    private static List<string> AnswerAll(VirtualRun test, FlowRun run)
    {
        var asked = new List<string>();
        test.Settle();
        while (run.Status == RunStatus.Suspended)
        {
            asked.Add($"{test.Runtime.Requests.Open.Single().Path}");
            Assert.True(asked.Count < 20);
            Answer(test, ApprovalDecision.Approve());
        }

        return asked;
    }

    private static void Answer(VirtualRun test, ApprovalDecision decision)
    {
        Assert.True(test.Runtime.Requests.ResolveAsync(test.Runtime.Requests.Open.Single().Id, decision).IsCompletedSuccessfully);
        test.Settle();
    }

    private Flow<int, int> Waiting() => Flow.FromCode<int, int>("flow", async (x, ctx) =>
    {
        await ctx.RunAsync(Step.Create<int, int>("body", (v, _) => v + ++_executed), x);
        var approved = 0;
        for (var i = 0; i < Resumptions; i++) approved += (await ctx.ApproveAsync($"wait-{i}", x)).IsApproved ? 1 : 0;
        return approved;
    });
}
