using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>A cached result is the result of somebody's call: it stays with its owner, and reusing it is judged as the call would be.</summary>
public class CachedResultTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly Principal North = new("ada") { Tenant = "north" };
    private int _calls;

    [Fact]
    public void Results_stay_within_the_tenant_or_without_one_with_the_user_and_project()
    {
        var test = new VirtualRun();
        var flow = Single(shared: false);
        var seen = new[] { North, North with { User = "bob" }, new("ada") { Tenant = "south" }, new("ada"), new("bob"), new("ada") { Project = "p" }, new("north"), new("ada") }
            .Select(principal => Finish(test, flow, principal).Value());
        Assert.Equal([1, 1, 2, 3, 4, 5, 6, 3], seen);
    }

    [Fact]
    public void What_is_declared_shared_is_shared_by_all()
    {
        var test = new VirtualRun();
        var flow = Single(shared: true);
        Assert.Equal([1, 1, 1], new[] { North, new("ada") { Tenant = "south" }, new("bob") }.Select(principal => Finish(test, flow, principal).Value()));
        Assert.NotEqual(Single(shared: false).Fingerprint, flow.Fingerprint);
    }

    [Fact]
    public void A_hit_is_asked_of_the_policies_and_may_be_denied()
    {
        var rule = Rule.On("only ada", request => request.Facts.Principal.User == "ada" || request.Phase != PolicyPhase.Request ? PolicyDecision.Allow : PolicyDecision.Deny("not you"), PolicyOperation.RunStep);
        var test = NewTest(rule);
        var flow = Single(shared: false);
        Assert.Equal(1, Finish(test, flow, North).Value());
        Assert.Equal(1, Finish(test, flow, North).Value());
        var denied = Finish(test, flow, North with { User = "bob" });
        Assert.Equal(("PolicyDenied", "flow/lookup"), (denied.Failure().ErrorType, $"{denied.Failure().Path}"));
        Assert.Equal(
            ["RunStep Request flow/lookup", "RunStep Settle flow/lookup", "RunStep Result flow/lookup", "RunStep Request flow/lookup", "RunStep Settle flow/lookup", "RunStep Result flow/lookup", "RunStep Request flow/lookup", "RunStep Settle flow/lookup"],
            rule.Asked);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void The_result_is_judged_for_whoever_gets_it()
    {
        var test = NewTest(Rule.OnResult("redact", request => request.Facts.Principal.User == "ada" ? PolicyDecision.Allow : PolicyDecision.Replace(0, "not for you")));
        var flow = Single(shared: false);
        Assert.Equal([1, 0, 1], new[] { North, North with { User = "bob" }, North }.Select(principal => Finish(test, flow, principal).Value()));
        Assert.Equal(1, _calls);
    }

    /// <summary>A flow's effects are not run on a hit, so nobody else would be asked.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_denied_hit_stays_denied_when_it_is_replayed(bool isFlow)
    {
        var open = true;
        var test = NewTest(new Rule("door", _ => open ? PolicyDecision.Allow : PolicyDecision.Deny("closed"), (PolicyOperation.RunStep, PolicyPhase.Request)));
        var step = isFlow ? Cached(Flow.Start<int>("lookup").Then(Counting()).Build()) : Cached(Counting());
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            try
            {
                return $"{await ctx.RunAsync(step, x)}";
            }
            catch (PolicyDeniedException denied)
            {
                return denied.Reason;
            }
        });
        Assert.Equal("1", Finish(test, flow, North).Value());
        open = false;
        var denied = Finish(test, flow, North);
        Assert.Equal("door: closed", denied.Value());
        open = true;
        test.Time.Advance(2 * Minute);
        var resumed = test.Runtime.Resume(flow, [.. denied.Entries.SkipLast(1)]);
        test.Finish(resumed);
        Assert.Equal("door: closed", resumed.Value());
        Assert.Equal(1, _calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_human_may_have_to_approve_a_hit(int linger)
    {
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = TimeSpan.FromSeconds(linger);
            options.Policies.Add(new Rule("ask", request => request.Facts.Principal.User == "ada" ? PolicyDecision.Allow : PolicyDecision.RequireApproval("may bob?"), (PolicyOperation.RunStep, PolicyPhase.Request)));
        });
        var flow = Single(shared: false);
        Assert.Equal(1, Finish(test, flow, North).Value());
        var run = test.Start(flow, 7, new() { Principal = North with { User = "bob" } });
        test.Settle();
        Assert.True(test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id).IsCompletedSuccessfully);
        test.Finish(run);
        Assert.Equal((1, 1), (run.Value(), _calls));
        Assert.Contains(run.Entries, entry => entry is DecisionMadeEntry { Decision: DecisionKind.Cache });
    }

    [Fact]
    public void A_hit_for_another_input_than_a_policy_lets_through_is_none()
    {
        var test = NewTest(Rule.OnStep("half", request => request.Facts.Principal.User == "ada" ? PolicyDecision.Allow : PolicyDecision.Replace((int)request.Content.Value! / 2, "half")));
        var echo = Flow.Start<int>("flow").Then("lookup", (x, _) => x, o => o.Cache(x => $"{x}", Minute)).Build();
        Assert.Equal(8, Finish(test, echo, North, 8).Value());
        Assert.Equal(4, Finish(test, echo, North with { User = "bob" }, 8).Value());
    }

    [Fact]
    public void A_reused_result_carries_what_its_run_had_seen()
    {
        var test = new VirtualRun();
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            await ctx.RunAsync(Cached(Counting()), x);
            return $"{ctx.Label}";
        });
        var first = test.Start(flow, 1, new() { InputLabel = Label.Untrusted("letter") });
        test.Finish(first);
        var second = test.Start(flow, 1);
        test.Finish(second);
        Assert.Equal("Untrusted, for everybody, from letter", first.Value());
        Assert.Equal(first.Value(), second.Value());
        Assert.Equal(1, _calls);
    }

    private static VirtualRun NewTest(params IPolicy[] policies) => new(configure: options =>
    {
        foreach (var policy in policies) options.Policies.Add(policy);
    });

    private static FlowRun<T> Finish<T>(VirtualRun test, Flow<int, T> flow, Principal principal, int input = 7)
    {
        var run = test.Start(flow, input, new() { Principal = principal });
        test.Finish(run);
        return run;
    }

    private Step<int, int> Counting() => Step.Create<int, int>("lookup", (_, _) => ++_calls);

    private static Step<int, int> Cached(Step<int, int> step) => step.Configure(o => o.Cache(_ => "key", Minute));

    private Flow<int, int> Single(bool shared) => Flow.Start<int>("flow").Then(Counting(), o => o.Cache(_ => "key", Minute, shared)).Build();
}
