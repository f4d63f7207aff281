using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>Starting a run, resuming it and letting its result out are operations that policies judge.</summary>
public class RunPolicyTests
{
    private static readonly PolicyOperation[] OfRuns = [PolicyOperation.StartRun, PolicyOperation.ResumeRun, PolicyOperation.EmitResult];
    private readonly List<int> _executed = [];

    [Fact]
    public void A_denied_start_executes_nothing()
    {
        var run = Finish(NewTest(Rule.On("closed", _ => PolicyDecision.Deny("we are closed"), PolicyOperation.StartRun)));
        Assert.Equal(("PolicyDenied", "flow"), (run.Failure().ErrorType, run.Failure().Path.ToString()));
        Assert.Empty(_executed);
    }

    [Fact]
    public void A_denied_result_does_not_leave_the_run()
    {
        var run = Finish(NewTest(Rule.On("secret", request => request.Phase == PolicyPhase.Result ? PolicyDecision.Deny("for nobody") : PolicyDecision.Allow, PolicyOperation.EmitResult)));
        Assert.Equal("secret: for nobody", run.StatusReason);
        Assert.Equal([10], _executed);
    }

    [Fact]
    public void Every_phase_of_a_run_is_judged()
    {
        var rule = Rule.On("witness", _ => PolicyDecision.Allow, OfRuns);
        Assert.Equal(11, Finish(NewTest(rule)).Value());
        Assert.Equal(
            ["StartRun Request flow", "StartRun Result flow", "EmitResult Request flow", "EmitResult Settle flow", "EmitResult Result flow", "StartRun Settle flow"],
            rule.Asked.OrderBy(asked => asked.StartsWith("StartRun Settle", StringComparison.Ordinal) ? 9 : asked.Contains("EmitResult Result", StringComparison.Ordinal) ? 5 : 0));
    }

    [Fact]
    public void An_input_may_be_replaced_and_a_result_too()
    {
        var run = Finish(NewTest(
            Rule.On("half", request => request.Phase == PolicyPhase.Request ? PolicyDecision.Replace((int)request.Content.Value! / 2, "half") : PolicyDecision.Allow, PolicyOperation.StartRun),
            Rule.On("cents", request => request.Phase == PolicyPhase.Result ? PolicyDecision.Replace((int)request.Content.Value! * 100, "in cents") : PolicyDecision.Allow, PolicyOperation.EmitResult)));
        Assert.Equal(600, run.Value());
        Assert.Equal([5], _executed);
    }

    /// <summary>A redacted input must stay redacted for what a resumed run still does.</summary>
    [Fact]
    public void A_replaced_input_is_what_a_resumed_run_starts_from()
    {
        var test = NewTest(Rule.On("half", request => request.Phase == PolicyPhase.Request ? PolicyDecision.Replace((int)request.Content.Value! / 2, "half") : PolicyDecision.Allow, PolicyOperation.StartRun));
        var run = Finish(test);
        for (var length = run.Entries.OfType<DecisionMadeEntry>().Single().Sequence; length <= run.Entries.Count; length++)
        {
            _executed.Clear();
            var resumed = test.Runtime.Resume(Single(), [.. run.Entries.Take(length)]);
            test.Finish(resumed);
            Assert.Equal(6, resumed.Value());
            Assert.True(_executed is [] or [5]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_human_may_have_to_approve_the_start(int linger)
    {
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = TimeSpan.FromSeconds(linger);
            options.Policies.Add(Rule.On("ask", request => request.Phase == PolicyPhase.Request ? PolicyDecision.RequireApproval("start?") : PolicyDecision.Allow, PolicyOperation.StartRun, PolicyOperation.EmitResult));
        });

        // A step of that very name asks under a path of its own.
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.ApproveAsync("approval", x)).IsApproved ? await ctx.RunAsync(Body, x) : 0);
        var run = test.Start(flow, 10);
        test.Settle();
        var asked = new List<string>();
        while (run.Status == RunStatus.Suspended)
        {
            var request = test.Runtime.Requests.Open.Single();
            asked.Add(request.Path.ToString());
            Assert.True(test.Runtime.Requests.ResolveAsync(request.Id, request.Kind == RequestKind.EffectApproval && asked.Count == 1 ? ApprovalDecision.Modify(7) : ApprovalDecision.Approve()).IsCompletedSuccessfully);
            test.Settle();
        }

        Assert.Equal(8, run.Value());
        Assert.Equal(["flow/(StartRun)", "flow/approval", "flow/(EmitResult)"], asked);
        Assert.Equal([7], _executed);
    }

    /// <summary>A run that was unloaded while somebody thought about its start has not started.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_rejected_start_executes_nothing(int linger)
    {
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = TimeSpan.FromSeconds(linger);
            options.Policies.Add(Rule.On("ask", request => request.Phase == PolicyPhase.Request ? PolicyDecision.RequireApproval("start?") : PolicyDecision.Allow, PolicyOperation.StartRun));
        });
        var run = test.Start(Single(), 10);
        test.Settle();
        Assert.True(test.Runtime.Requests.RejectAsync(test.Runtime.Requests.Open.Single().Id, "no").IsCompletedSuccessfully);
        test.Finish(run);
        Assert.Equal("PolicyDenied", run.Failure().ErrorType);
        Assert.Empty(_executed);
    }

    /// <summary>A crash between the acceptance of a run and the judgement of its start leaves the start to be judged.</summary>
    [Fact]
    public void A_start_that_was_not_judged_is_judged_when_the_run_is_resumed()
    {
        var run = Finish(NewTest());
        var later = NewTest(Rule.On("closed", _ => PolicyDecision.Deny("we are closed"), PolicyOperation.StartRun));
        _executed.Clear();
        var resumed = later.Runtime.Resume(Single(), [.. run.Entries.Take(1)]);
        later.Finish(resumed);
        Assert.Equal("closed: we are closed", resumed.StatusReason);
        var started = later.Runtime.Resume(Single(), [.. run.Entries.Take(2)]);
        later.Finish(started);
        Assert.Equal(11, started.Value());
        Assert.Empty(_executed);
    }

    [Fact]
    public void Resuming_is_judged_and_denied_under_todays_policies()
    {
        var closed = false;
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = TimeSpan.Zero;
            options.Policies.Add(Rule.On("open", request => closed && request.Phase == PolicyPhase.Request ? PolicyDecision.Deny("the flow was withdrawn") : PolicyDecision.Allow, OfRuns));
        });
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved ? await ctx.RunAsync(Body, x) : 0);
        var run = test.Start(flow, 10);
        test.Settle();
        closed = true;
        _ = test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id).AsTask();
        test.Finish(run);
        Assert.Equal("open: the flow was withdrawn", run.StatusReason);
        Assert.Empty(_executed);
    }

    [Fact]
    public void The_label_that_a_start_is_obliged_to_raise_is_in_everything_after_it()
    {
        var test = NewTest(Rule.On("classify", request => request.Phase == PolicyPhase.Request ? PolicyDecision.Allow.With(Obligation.RaiseLabel(Label.For("claims"))) : PolicyDecision.Allow, PolicyOperation.StartRun));
        Assert.Equal(Label.For("claims"), Finish(test).Entries.OfType<EffectCompletedEntry>().Single().Label);
    }

    private static VirtualRun NewTest(params IPolicy[] policies) => new(configure: options =>
    {
        foreach (var policy in policies) options.Policies.Add(policy);
    });

    private FlowRun<int> Finish(VirtualRun test)
    {
        var run = test.Start(Single(), 10);
        test.Finish(run);
        return run;
    }

    private Step<int, int> Body => Step.Create<int, int>("body", (x, _) =>
    {
        _executed.Add(x);
        return x + 1;
    });

    private Flow<int, int> Single() => Flow.Start<int>("flow").Then(Body).Build();
}
