using AgentFlow.Approvals;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Approvals;

/// <summary>A run in which people did everything with a request is continued from each of its entries, to the same end.</summary>
public class RequestReplayTests
{
    private static readonly Principal Ada = People.WithRole("ada", "clerk");

    [Fact]
    public async Task Whatever_people_did_with_a_request_a_run_continues_from_every_entry_of_it()
    {
        var flow = Flow.Start<int>("flow")
            .Then("before", (x, _) => x + 1)
            .Approve("board", role: "clerk", terms: new() { Quorum = 2, NotByAuthor = true, Deadline = TimeSpan.FromDays(1), Escalation = [Escalation.ToRole("head"), Escalation.ToRole("clerk")] })
            .Then("middle", (x, _) => x + 1)
            .Approve("late", Step.Create<Rejection<int>, int>("instead", (rejection, _) => rejection.Value * 10), terms: new() { Deadline = TimeSpan.FromHours(1) })
            .Ask("count", x => new Question<int>("How many?") { Terms = new() { Deadline = TimeSpan.FromHours(1) } }.OrElse(5))
            .Then("after", (pair, _) => pair.Value + pair.Answer)
            .Build();
        await using var host = new FlowTestHost();
        host.Answers.Claim("board", Ada).Delegate("board", Ada, "carl").Approve("board", by: People.WithRole("carl", "clerk"))
            .Escalate("board", Ada).Approve("board", by: People.WithRole("dora", "head"));
        var run = await host.RunToEndAsync(flow, 1, new() { Principal = new("eve") });
        Assert.Equal(35, await run);
        host.Answers.VerifyComplete();
        run.Journal().RequestWas(RequestChangeKind.Claimed, "board", "ada").RequestWas(RequestChangeKind.Escalated, "board").Answered("late", ApprovalOutcome.Expired);
        var report = await ReplayCheck.FromEveryPrefixAsync(flow, run);
        Assert.Equal(run.Entries.Count, report.Cuts);
    }

    [Fact]
    public async Task Scripted_people_have_the_role_that_is_demanded_and_are_different_ones()
    {
        var flow = Flow.Start<int>("flow").Approve("board", role: "clerk", terms: new() { Quorum = 3, NotByAuthor = true }).Build();
        await using var host = new FlowTestHost();
        host.Answers.Approve("board").Times(3);
        var run = await host.RunToEndAsync(flow, 1, new() { Principal = new("eve") });
        Assert.Equal(1, await run);
        Assert.Equal(3, run.Journal().Requests[0].Decision!.ApprovedBy.Count);
    }
}
