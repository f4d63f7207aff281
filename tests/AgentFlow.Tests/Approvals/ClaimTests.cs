using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;
using AgentFlow.Tests.Policies;

namespace AgentFlow.Tests.Approvals;

/// <summary>Who has a request, and who may have it.</summary>
public class ClaimTests
{
    private static readonly Principal Ada = People.WithRole("ada", "adjuster");
    private static readonly Principal Bob = People.WithRole("bob", "adjuster");
    private static readonly Principal Eve = People.WithRole("eve", "intern");
    private readonly VirtualRun _test = new();

    private RequestInbox Inbox => _test.Runtime.Requests;

    [Fact]
    public async Task Whoever_has_claimed_a_request_is_the_only_one_who_may_answer()
    {
        var (run, id) = Start();
        Assert.Equal((RequestState.Claimed, "ada"), Known(await Inbox.ClaimAsync(id, Ada)));
        Assert.Equal("ada", (await Assert.ThrowsAsync<RequestClaimedException>(async () => await Inbox.ApproveAsync(id, Bob))).Assignee);
        await Assert.ThrowsAsync<RequestClaimedException>(async () => await Inbox.ClaimAsync(id, Bob));
        await Inbox.ClaimAsync(id, Ada);
        Assert.Equal(1, Changes(run));
        await Inbox.ApproveAsync(id, Ada);
        _test.Finish(run);
        Assert.Equal("Approved by ada", run.Value());
    }

    [Fact]
    public async Task A_colleague_may_release_what_somebody_has_claimed_and_a_stranger_may_not()
    {
        var (run, id) = Start();
        await Inbox.ClaimAsync(id, Ada);
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ReleaseAsync(id, Eve));
        Assert.Equal((RequestState.Open, null), Known(await Inbox.ReleaseAsync(id, Bob, "on holiday")));
        await Inbox.ReleaseAsync(id, Bob);
        Assert.Equal(2, Changes(run));
        Assert.Equal("on holiday", run.Entries.OfType<RequestChangedEntry>().Last().Change.Reason);
        await Inbox.RejectAsync(id, "no", Bob);
        _test.Finish(run);
        Assert.Equal("Rejected by bob: no", run.Value());
    }

    [Fact]
    public async Task A_delegation_chooses_who_answers_and_gives_no_rights()
    {
        var (run, id) = Start();
        await Inbox.DelegateAsync(id, Ada, "eve", "she knows the case");
        await Assert.ThrowsAsync<RequestClaimedException>(async () => await Inbox.ApproveAsync(id, Bob));
        Assert.Contains("'adjuster' is demanded", (await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ApproveAsync(id, Eve))).Reason);
        await Inbox.ApproveAsync(id, People.WithRole("eve", "adjuster"));
        _test.Finish(run);
        Assert.Equal("Approved by eve", run.Value());
        Assert.Equal("Delegated to eve by ada: she knows the case", $"{run.Entries.OfType<RequestChangedEntry>().Single().Change}");
    }

    [Fact]
    public async Task A_refusal_names_the_act()
    {
        var (_, id) = Start(new() { NotByAuthor = true, Escalation = [Escalation.ToRole("director")] }, new("bob"));
        async Task<string> Refused(Func<ValueTask> act) => (await Assert.ThrowsAsync<NotEntitledException>(async () => await act())).Message.Split(" request")[0];
        Assert.Equal("eve may not claim", await Refused(async () => await Inbox.ClaimAsync(id, Eve)));
        Assert.Equal("eve may not release", await Refused(async () => await Inbox.ReleaseAsync(id, Eve)));
        Assert.Equal("eve may not delegate", await Refused(async () => await Inbox.DelegateAsync(id, Eve, "ada")));
        Assert.Equal("eve may not escalate", await Refused(async () => await Inbox.EscalateAsync(id, Eve)));
        Assert.Equal("eve may not answer", await Refused(async () => await Inbox.ApproveAsync(id, Eve)));
        Assert.Equal("bob may not claim", await Refused(async () => await Inbox.ClaimAsync(id, Bob)));
        Assert.Equal("bob may not be given", await Refused(async () => await Inbox.DelegateAsync(id, Ada, "bob")));
        Assert.Equal("bob may not answer", await Refused(async () => await Inbox.ApproveAsync(id, Bob)));
    }

    [Theory]
    [InlineData("eve")]
    [InlineData(null)]
    public async Task Without_the_role_that_is_demanded_nobody_answers_rejects_or_claims(string? name)
    {
        var (_, id) = Start();
        Principal? somebody = name;
        var refused = await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ApproveAsync(id, somebody));
        Assert.Equal((id, name), (refused.RequestId, refused.Actor?.User));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.RejectAsync(id, "no", somebody));
        if (somebody is not null) await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ClaimAsync(id, somebody));
        Assert.Equal(1, Inbox.Count);
    }

    [Fact]
    public async Task The_author_may_reject_and_not_approve_whatever_the_letters_case()
    {
        var (run, id) = Start(new() { NotByAuthor = true }, new("ada"));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ApproveAsync(id, People.WithRole("ADA", "adjuster")));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ModifyAsync(id, 5, Ada));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ClaimAsync(id, Ada));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.DelegateAsync(id, Bob, "ada"));
        await Inbox.RejectAsync(id, "I was wrong", Ada);
        _test.Finish(run);
        Assert.Equal("Rejected by ada: I was wrong", run.Value());
    }

    [Fact]
    public async Task Where_the_author_is_unknown_nobody_can_prove_to_be_another()
    {
        var (_, id) = Start(new() { NotByAuthor = true });
        Assert.Contains("RunOptions.Principal", (await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ApproveAsync(id, Bob))).Message);
    }

    [Fact]
    public async Task A_person_of_another_tenant_may_not_answer()
    {
        var (_, id) = Start(author: new("ada") { Tenant = "north" });
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ApproveAsync(id, Bob with { Tenant = "south" }));
        Assert.Contains("set Principal.Tenant", (await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ApproveAsync(id, Bob))).Message, StringComparison.Ordinal);
        await Inbox.ApproveAsync(id, Bob with { Tenant = "north" });
    }

    [Fact]
    public async Task Policies_judge_claims_and_answers_and_know_who_acts()
    {
        var asked = new List<string>();
        var test = new VirtualRun(configure: options => options.Policies.Add(Rule.On("desk", request =>
        {
            if (request.Phase == PolicyPhase.Request) asked.Add($"{request.Facts.Actor!.User} {request.Facts.Actor.Roles.Count}");
            return request.Facts.Actor?.User == "bob" ? PolicyDecision.Deny("bob is on leave") : PolicyDecision.Allow;
        }, PolicyOperation.AnswerRequest)));
        var run = test.Start(Asking(null), 1);
        test.Settle();
        var id = test.Runtime.Requests.Open.Single().Id;
        await Assert.ThrowsAsync<PolicyDeniedException>(async () => await test.Runtime.Requests.ClaimAsync(id, Bob));
        await Assert.ThrowsAsync<PolicyDeniedException>(async () => await test.Runtime.Requests.ApproveAsync(id, Bob));
        await test.Runtime.Requests.ClaimAsync(id, Ada);
        await test.Runtime.Requests.ApproveAsync(id, Ada);
        Assert.Equal(["bob 1", "bob 1", "ada 1", "ada 1"], asked);
        test.Finish(run);
        Assert.Equal("Approved by ada", run.Value());
    }

    [Fact]
    public async Task What_is_resolved_cannot_be_claimed_and_tells_by_whom()
    {
        var (_, id) = Start();
        await Inbox.ApproveAsync(id, Ada);
        var late = await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await Inbox.ClaimAsync(id, Bob));
        Assert.Equal(("ada", ApprovalOutcome.Approved), (late.Decision.By, late.Decision.Outcome));
        Assert.Equal(typeof(RequestNotOpenException), (await Assert.ThrowsAsync<RequestNotOpenException>(async () => await Inbox.ClaimAsync("x/y", Bob))).GetType());
    }

    private static Flow<int, string> Asking(RequestTerms? terms) =>
        Flow.FromCode<int, string>("flow", async (x, ctx) => $"{await ctx.ApproveAsync("boss", x, role: "adjuster", terms: terms)}");

    private static (RequestState State, string? Assignee) Known(RequestStatus status) => (status.State, status.Assignee);

    private static int Changes(FlowRun run) => run.Entries.Count(entry => entry.Kind == JournalEntryKind.RequestChanged);

    private (FlowRun<string> Run, string Id) Start(RequestTerms? terms = null, Principal? author = null)
    {
        var run = _test.Start(Asking(terms), 1, new() { Principal = author ?? Principal.Anonymous });
        _test.Settle();
        return (run, Inbox.Open.Single().Id);
    }
}
