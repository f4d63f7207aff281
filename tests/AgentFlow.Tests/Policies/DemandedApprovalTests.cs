using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>A policy that demands a human's approval of an effect.</summary>
public class DemandedApprovalTests
{
    private readonly List<int> _executed = [];

    public static TheoryData<int> Lingers => new(0, 60);

    [Theory]
    [MemberData(nameof(Lingers))]
    public void The_effect_waits_for_the_human_and_policies_are_asked_again(int linger)
    {
        var rule = Rule.OnStep("four-eyes", request => request.Facts.Approval is { IsApproved: true, By: "eve" } ? PolicyDecision.Allow : PolicyDecision.RequireApproval("pay 10?", "manager"));
        var test = NewTest(linger, rule);
        var run = test.Start(Paying(), 10);
        test.Settle();
        Assert.Equal(RunStatus.Suspended, run.Status);
        var request = test.Runtime.Requests.Open.Single();
        Assert.Equal(
            (RequestKind.EffectApproval, "pay", "flow/pay/approval", "four-eyes", "pay 10?", "manager", (object)10, typeof(int)),
            (request.Kind, request.Name, $"{request.Path}", request.AskedBy, request.Prompt, request.Role, request.Value, request.ValueType));
        Assert.Empty(_executed);
        Resolve(test, ApprovalDecision.Approve(People.WithRole("eve", "manager")));
        Assert.Equal(10, run.Value());
        Assert.Equal([10], _executed);
        Assert.True(rule.Asked.Count >= 2);
    }

    [Theory]
    [MemberData(nameof(Lingers))]
    public void A_human_may_change_the_input(int linger)
    {
        var test = NewTest(linger, Rule.OnStep("ask", _ => PolicyDecision.RequireApproval("pay?")));
        var run = test.Start(Paying(), 10);
        test.Settle();
        Resolve(test, ApprovalDecision.Modify(7, "eve"));
        Assert.Equal(7, run.Value());
        Assert.Equal([7], _executed);
    }

    [Theory]
    [MemberData(nameof(Lingers))]
    public void A_rejection_is_a_denial(int linger)
    {
        var test = NewTest(linger, Rule.OnStep("ask", _ => PolicyDecision.RequireApproval("pay?")));
        var run = test.Start(Paying(), 10);
        test.Settle();
        Resolve(test, ApprovalDecision.Reject("too much", "eve"));
        Assert.Equal("PolicyDenied", run.Failure().ErrorType);
        Assert.Equal("ask: rejected by eve: too much", run.StatusReason);
        Assert.Empty(_executed);
    }

    [Fact]
    public void A_policy_may_deny_what_a_human_has_approved()
    {
        var rule = Rule.OnStep("limit", request => request.Facts.Approval is null ? PolicyDecision.RequireApproval("pay?") : PolicyDecision.Deny("the account was closed meanwhile"));
        var test = NewTest(60, rule);
        var run = test.Start(Paying(), 10);
        test.Settle();
        Resolve(test, ApprovalDecision.Approve());
        Assert.Equal("limit: the account was closed meanwhile", run.StatusReason);
    }

    /// <summary>Two policies, two roles: the answer to one question is no answer to the other.</summary>
    [Theory]
    [MemberData(nameof(Lingers))]
    public void Every_policy_that_demands_an_approval_gets_one(int linger)
    {
        var test = NewTest(
            linger,
            Rule.OnStep("manager", _ => PolicyDecision.RequireApproval("may we pay?", "manager")),
            Rule.OnStep("legal", _ => PolicyDecision.RequireApproval("is it legal?", "lawyer")));
        var run = test.Start(Paying(), 10);
        test.Settle();
        Assert.Equal("manager", test.Runtime.Requests.Open.Single().Role);
        Resolve(test, ApprovalDecision.Approve(People.WithRole("manager", "manager")));
        Assert.Empty(_executed);
        Assert.Equal(RunStatus.Suspended, run.Status);
        Assert.Equal("lawyer", test.Runtime.Requests.Open.Single().Role);
        Resolve(test, ApprovalDecision.Approve(People.WithRole("lawyer", "lawyer")));
        Assert.Equal(10, run.Value());
        Assert.Equal([10], _executed);
    }

    /// <summary>After a restart other policies are in force: a recorded answer is for the question that was asked then.</summary>
    [Fact]
    public void An_answer_counts_for_its_own_question_only()
    {
        var before = NewTest(60, Rule.OnStep("manager", _ => PolicyDecision.RequireApproval("may we pay?", "manager")));
        var run = before.Start(Paying(), 10);
        before.Settle();
        Resolve(before, ApprovalDecision.Approve(People.WithRole("manager", "manager")));
        var approved = run.Entries.Single(entry => entry.Kind == JournalEntryKind.RequestResolved).Sequence;
        _executed.Clear();

        var same = NewTest(60, Rule.OnStep("manager", _ => PolicyDecision.RequireApproval("may we pay?", "manager")));
        var resumed = same.Runtime.Resume(Paying(), [.. run.Entries.Take(approved)]);
        same.Settle();
        Assert.Equal(10, resumed.Value());

        var other = NewTest(60, Rule.OnStep("legal", _ => PolicyDecision.RequireApproval("is it legal?", "lawyer")));
        var asking = other.Runtime.Resume(Paying(), [.. run.Entries.Take(approved)]);
        other.Settle();
        Assert.Equal(RunStatus.Suspended, asking.Status);
        Assert.Equal("is it legal?", other.Runtime.Requests.Open.Single().Prompt);
        Assert.Equal([10], _executed);
        Resolve(other, ApprovalDecision.Approve(People.WithRole("lawyer", "lawyer")));
        Assert.Equal(10, asking.Value());
    }

    [Fact]
    public void A_question_is_withdrawn_when_its_branch_is_cancelled()
    {
        var test = NewTest(60, Rule.OnStep("ask", request => request.Facts.Target == "pay" ? PolicyDecision.RequireApproval("pay?") : PolicyDecision.Allow));
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.AnyAsync<int>(c => c.RunAsync(Pay, x), c => c.RunAsync(test.Delay<int>("other", 100), x))).Index);
        var run = test.Start(flow, 10);
        test.Settle();
        var request = test.Runtime.Requests.Open.Single();
        test.Finish(run);
        Assert.Equal(1, run.Value());
        Assert.Empty(test.Runtime.Requests.Open);
        Assert.Equal(ApprovalOutcome.Withdrawn, run.Entries.OfType<RequestResolvedEntry>().Single().Decision.Outcome);
        Assert.Empty(_executed);
    }

    /// <summary>No slot is held while a human thinks.</summary>
    [Fact]
    public void Waiting_for_a_human_takes_no_slot()
    {
        var test = new VirtualRun(configure: options =>
        {
            options.Scheduler.AddLane("one", 1);
            options.Policies.Add(Rule.OnStep("ask", request => (int)request.Content.Value! == 10 ? PolicyDecision.RequireApproval("pay?") : PolicyDecision.Allow));
        });
        var flow = Flow.Start<int>("flow").Then(Pay, o => o.Lane("one")).Build();
        test.Start(flow, 10);
        test.Settle();
        var other = test.Start(flow, 5);
        test.Settle();
        Assert.Equal(5, other.Value());
    }

    [Fact]
    public async Task Answering_is_judged_and_cannot_wait_for_another_human()
    {
        var rule = new Rule("roles", request => request.Facts.From switch
        {
            "eve" => PolicyDecision.Allow,
            "mallory" => PolicyDecision.Deny("not a manager"),
            _ => PolicyDecision.RequireApproval("who is that?"),
        }, (PolicyOperation.AnswerRequest, PolicyPhase.Request));
        var test = NewTest(60, rule);
        var run = test.Start(Flow.FromCode<int, bool>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved), 1);
        test.Settle();
        var id = test.Runtime.Requests.Open.Single().Id;
        var denied = await Assert.ThrowsAsync<PolicyDeniedException>(async () => await test.Runtime.Requests.ApproveAsync(id, by: "mallory"));
        Assert.Equal("roles: not a manager", denied.Reason);
        await Assert.ThrowsAsync<PolicyDeniedException>(async () => await test.Runtime.Requests.ApproveAsync(id, by: "nobody"));
        Assert.Equal(id, test.Runtime.Requests.Open.Single().Id);
        await test.Runtime.Requests.ApproveAsync(id, by: "eve");
        test.Settle();
        Assert.True(run.Value());
    }

    [Fact]
    public async Task A_policy_may_change_an_answer()
    {
        var rule = new Rule("sign", request => PolicyDecision.Replace(ApprovalDecision.Modify(5, "deputy"), "on behalf"), (PolicyOperation.AnswerRequest, PolicyPhase.Request));
        var test = NewTest(60, rule);
        var run = test.Start(Flow.FromCode<int, string>("flow", async (x, ctx) => $"{await ctx.ApproveAsync("boss", x)}"), 1);
        test.Settle();
        await test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id, by: "boss");
        test.Settle();
        Assert.Equal("Modified by deputy", run.Value());
        Assert.Equal("deputy", run.Entries.OfType<RequestResolvedEntry>().Single().Decision.By);
    }

    private Step<int, int> Pay => Step.Create<int, int>("pay", (x, _) =>
    {
        _executed.Add(x);
        return x;
    });

    private Flow<int, int> Paying() => Flow.Start<int>("flow").Then(Pay).Build();

    private static VirtualRun NewTest(int linger, params IPolicy[] policies) => new(configure: options =>
    {
        options.SuspendLinger = TimeSpan.FromSeconds(linger);
        foreach (var policy in policies) options.Policies.Add(policy);
    });

    private static void Resolve(VirtualRun test, ApprovalDecision decision)
    {
        Assert.True(test.Runtime.Requests.ResolveAsync(test.Runtime.Requests.Open.Single().Id, decision).IsCompletedSuccessfully);
        test.Settle();
    }
}
