using AgentFlow.Approvals;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Policies;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Approvals;

/// <summary>Listing requests by what a desk wants to know.</summary>
public class RequestQueryTests
{
    private readonly VirtualRun _test = new(configure: options => options.KeepEndedRuns = 10);

    private RequestInbox Inbox => _test.Runtime.Requests;

    [Fact]
    public async Task Every_condition_narrows_the_list()
    {
        var old = Start("refunds", "clerk", "ada");
        _test.Time.Advance(TimeSpan.FromHours(2));
        var claimed = Start("refunds", "boss", "bob", "north");
        var fresh = Start("claims", null, "bob");
        await Inbox.ClaimAsync(claimed, People.WithRole("eve", "boss") with { Tenant = "north" });

        Assert.Equal([old, claimed, fresh], await Ids(new()));
        Assert.Equal([old, fresh], await Ids(new() { State = RequestState.Open }));
        Assert.Equal([claimed], await Ids(new() { State = RequestState.Claimed }));
        Assert.Equal([claimed], await Ids(new() { Assignee = "eve" }));
        Assert.Equal([old], await Ids(new() { Role = "clerk" }));
        Assert.Equal([fresh], await Ids(new() { Flow = "claims" }));
        Assert.Equal([claimed], await Ids(new() { Tenant = "north" }));
        Assert.Equal([old, claimed, fresh], await Ids(new() { Name = "boss" }));
        Assert.Equal([old], await Ids(new() { MinAge = TimeSpan.FromHours(1) }));
        Assert.Equal([fresh], await Ids(new() { RunId = Inbox.Find(fresh)!.RunId }));
        Assert.Equal([claimed, fresh], await Ids(new() { AnswerableBy = People.WithRole("eve", "boss") with { Tenant = "north" } }));
        Assert.Equal([old, fresh], await Ids(new() { AnswerableBy = People.WithRole("carl", "boss", "clerk") }));
        Assert.Empty(await Ids(new() { State = RequestState.Resolved }));

        await Inbox.ApproveAsync(fresh, "ada");
        _test.Settle();
        Assert.Equal([fresh], await Ids(new() { State = RequestState.Resolved }));
        var resolved = (await Inbox.ListAsync(new() { State = RequestState.Resolved }))[0].Request;
        Assert.Equal(("claims", "bob"), (resolved.Flow, resolved.Principal.User));
        Assert.Equal([old, claimed], await Ids(new()));
        Assert.Equal(RequestState.Resolved, (await Inbox.FindAsync(fresh))!.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Resolved_requests_of_a_run_that_only_the_journal_has_are_found_by_the_run(int keepEnded)
    {
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options => (options.Journal, options.KeepEndedRuns, options.SuspendLinger) = (journal, keepEnded, TimeSpan.Zero));
        var flow = Flow.FromCode<int, int>("flow", async (_, ctx) => await ctx.AskAsync("one", new Question<int>("?")) + await ctx.AskAsync("two", new Question<int>("?")));
        test.Runtime.Steps.Add(flow);
        var run = test.Start(flow, 1, new() { Id = "run" });
        async Task<List<string>> Resolved(RunId? id) => [.. (await test.Runtime.Requests.ListAsync(new() { State = RequestState.Resolved, RunId = id })).Select(status => status.Request.Name)];
        foreach (var (name, expected) in new[] { ("one", new[] { "one" }), ("two", ["one", "two"]) })
        {
            test.Settle();
            var answering = test.Runtime.Requests.AnswerAsync($"run/flow/{name}", 1).AsTask();
            test.Settle();
            await answering;
            Assert.Equal(expected, await Resolved(run.Id));
        }

        Assert.Equal(2, run.Result.Now());
        Assert.Equal(keepEnded == 0 ? [] : ["one", "two"], await Resolved(null));
        Assert.Empty(await Resolved(RunId.Parse("nobody")));
    }

    [Fact]
    public async Task A_policy_that_might_object_hides_nothing()
    {
        var test = new VirtualRun(configure: options => options.Policies.Add(Rule.On("nobody", _ => PolicyDecision.Deny("never"), PolicyOperation.AnswerRequest)));
        _ = test.Start(Flow.FromCode<int, bool>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved), 1);
        test.Settle();
        var listed = Assert.Single(await test.Runtime.Requests.ListAsync(new() { AnswerableBy = "eve" }));
        await Assert.ThrowsAsync<PolicyDeniedException>(async () => await test.Runtime.Requests.ApproveAsync(listed.Request.Id, "eve"));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gaps()
    {
        var all = Enumerable.Range(0, 25).Select(i => Start("flow", null, "ada", pause: i % 3 == 0)).ToList();
        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = await Inbox.ListAsync(new() { Limit = 10, After = after });
            seen.AddRange(page.Select(status => status.Request.Id));
            if (page.Count < 10) break;
            after = page[^1].Cursor;
        }

        Assert.Equal(all.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Equal(Inbox.Open.Select(request => request.Id), seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_page_has_from_1_to_1000(int limit) =>
        Assert.Equal(limit, (await Assert.ThrowsAsync<InvalidOptionException>(async () => await Inbox.ListAsync(new() { Limit = limit }))).Value);

    private async Task<List<string>> Ids(RequestQuery query) => [.. (await Inbox.ListAsync(query)).Select(status => status.Request.Id)];

    private string Start(string flow, string? role, string author, string? tenant = null, bool pause = true)
    {
        if (pause) _test.Time.Advance(TimeSpan.FromSeconds(1));
        var run = _test.Start(
            Flow.FromCode<int, bool>(flow, async (x, ctx) => (await ctx.ApproveAsync("boss", x, role: role, terms: new() { NotByAuthor = true })).IsApproved),
            1,
            new() { Principal = new(author) { Tenant = tenant } });
        _test.Settle();
        return $"{run.Id}/{flow}/boss";
    }
}
