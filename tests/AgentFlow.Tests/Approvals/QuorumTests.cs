using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Approvals;

/// <summary>Several people approve one value, the first rejection rejects.</summary>
public class QuorumTests
{
    private readonly VirtualRun _test = new();

    private RequestInbox Inbox => _test.Runtime.Requests;

    [Fact]
    public async Task So_many_different_people_must_approve()
    {
        var (run, id) = Start(3);
        var first = await Inbox.ApproveAsync(id, "ada");
        Assert.Equal((false, false), (first.IsResolved, first.IsRepeated));
        var again = await Inbox.ApproveAsync(id, "Ada");
        Assert.True(again.IsRepeated);
        Assert.Equal(["ada"], again.Status.ApprovedBy);
        await Inbox.ApproveAsync(id, "bob");
        _test.Settle();
        Assert.Equal(RunStatus.Suspended, run.Status);
        var last = await Inbox.ApproveAsync(id, "eve", "fine");
        Assert.Equal(["ada", "bob", "eve"], last.Status.Resolution!.ApprovedBy);
        _test.Finish(run);
        Assert.Equal("Approved by ada, bob, eve: fine", run.Value());
        Assert.Equal(2, run.Entries.OfType<RequestChangedEntry>().Count(entry => entry.Change.Kind == RequestChangeKind.Approved));
    }

    [Fact]
    public async Task The_first_rejection_rejects()
    {
        var (run, id) = Start(3);
        await Inbox.ApproveAsync(id, "ada");
        await Inbox.RejectAsync(id, "too much", "bob");
        _test.Finish(run);
        Assert.Equal("Rejected by bob: too much", run.Value());
    }

    [Fact]
    public async Task An_approval_gives_a_claim_back_for_the_next_one()
    {
        var (_, id) = Start(2);
        await Inbox.ClaimAsync(id, "ada");
        Assert.Equal(RequestState.Open, (await Inbox.ApproveAsync(id, "ada")).Status.State);
        Assert.True((await Inbox.ApproveAsync(id, "bob")).IsResolved);
    }

    [Fact]
    public async Task A_changed_value_and_an_answer_without_a_name_are_refused()
    {
        var (_, id) = Start(2);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.ModifyAsync(id, 5, "ada"));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await Inbox.ApproveAsync(id));
        Assert.Empty((await Inbox.FindAsync(id))!.ApprovedBy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void A_quorum_is_from_1_to_100(int quorum) =>
        Assert.Equal(quorum, Assert.Throws<InvalidOptionException>(() => Flow.Start<int>("flow").Approve("boss", terms: new() { Quorum = quorum })).Value);

    [Fact]
    public void A_question_has_one_answer()
    {
        var run = _test.Start(Flow.FromCode<int, int>("flow", (_, ctx) => ctx.AskAsync("count", new Question<int>("How many?") { Terms = new() { Quorum = 2 } })), 1);
        _test.Settle();
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Contains("A question has one answer", run.StatusReason);
    }

    private (FlowRun<string> Run, string Id) Start(int quorum)
    {
        var run = _test.Start(Flow.FromCode<int, string>("flow", async (x, ctx) => $"{await ctx.ApproveAsync("boss", x, terms: new() { Quorum = quorum })}"), 1);
        _test.Settle();
        return (run, Inbox.Open.Single().Id);
    }
}
