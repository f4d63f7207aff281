using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Approvals;

/// <summary>What happens when nobody answers in time, in virtual time.</summary>
public class DeadlineTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void An_approval_that_nobody_gives_in_time_is_refused(int linger)
    {
        var test = NewTest(linger);
        var run = test.Start(Flow.Start<int>("flow").Approve("boss", terms: new() { Deadline = Day }).Build(), 1);
        Assert.Equal(Day, test.Finish(run));
        Assert.Equal(RunStatus.Failed, run.Status);
        var decision = run.Entries.OfType<RequestResolvedEntry>().Single().Decision;
        Assert.Equal((ApprovalOutcome.Expired, true, null, false), (decision.Outcome, decision.IsByDeadline, decision.By, decision.IsApproved));
        Assert.Equal(0, test.Runtime.Requests.Count);
    }

    [Fact]
    public void The_step_for_rejections_learns_that_nobody_answered()
    {
        var test = NewTest(60);
        var tell = Step.Create<Rejection<int>, int>("tell", (rejection, _) => rejection is { Value: 5, By: null, Reason: "nobody answered in time (1.00:00:00)" } ? 0 : -1);
        var run = test.Start(Flow.Start<int>("flow").Approve("boss", tell, terms: new() { Deadline = Day }).Build(), 5);
        test.Finish(run);
        Assert.Equal(0, run.Value());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_question_goes_on_with_its_default(int linger)
    {
        var test = NewTest(linger);
        var run = test.Start(Flow.FromCode<int, int>("flow", (_, ctx) => ctx.AskAsync("count", new Question<int>("How many?") { Terms = new() { Deadline = Day } }.OrElse(3))), 1);
        test.Finish(run);
        Assert.Equal(3, run.Value());
    }

    [Fact]
    public void A_question_without_a_default_fails_with_a_cure()
    {
        var test = NewTest(60);
        var run = test.Start(Flow.FromCode<int, int>("flow", (_, ctx) => ctx.AskAsync("count", new Question<int>("How many?") { Terms = new() { Deadline = Day } })), 1);
        test.Finish(run);
        Assert.Contains("OrElse", run.StatusReason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task Each_level_has_the_whole_time_and_its_own_people(int linger)
    {
        var test = NewTest(linger);
        var terms = new RequestTerms { Deadline = Day, Escalation = [Escalation.ToRole("head"), Escalation.ToPerson("cfo")] };
        var run = test.Start(Flow.Start<int>("flow").Approve("boss", role: "clerk", terms: terms).Build(), 5);
        test.Settle();
        var id = test.Runtime.Requests.Open.Single().Id;
        await test.Runtime.Requests.ClaimAsync(id, People.WithRole("ada", "clerk"));

        Pass(test, Day);
        var level = (await test.Runtime.Requests.ListAsync()).Single();
        Assert.Equal((1, "head", null, RequestState.Open, test.Time.Start + (2 * Day)), (level.Level, level.Role, level.Assignee, level.State, level.DueAt!.Value));
        await Assert.ThrowsAsync<NotEntitledException>(async () => await test.Runtime.Requests.ApproveAsync(id, People.WithRole("ada", "clerk")));

        Pass(test, Day);
        level = (await test.Runtime.Requests.ListAsync()).Single();
        Assert.Equal((2, null, "cfo"), (level.Level, level.Role, level.Assignee));
        await Assert.ThrowsAsync<RequestClaimedException>(async () => await test.Runtime.Requests.ApproveAsync(id, People.WithRole("bob", "head")));
        await Assert.ThrowsAsync<RequestClaimedException>(async () => await test.Runtime.Requests.ReleaseAsync(id, "bob"));
        await Assert.ThrowsAsync<NoEscalationException>(async () => await test.Runtime.Requests.EscalateAsync(id, "cfo"));
        await test.Runtime.Requests.ApproveAsync(id, "cfo");
        test.Finish(run);
        Assert.Equal(5, run.Value());
        Assert.Equal(["Escalated to role:head by the deadline", "Escalated to person:cfo by the deadline"], run.Entries.OfType<RequestChangedEntry>().Skip(1).Select(entry => $"{entry.Change}".Split(':', 3) is [var to, var rest, ..] ? $"{to}:{rest}" : ""));
    }

    [Fact]
    public async Task Somebody_who_escalates_gives_the_next_level_the_whole_time()
    {
        var test = NewTest(60);
        var run = test.Start(Flow.Start<int>("flow").Approve("boss", terms: new() { Deadline = Day, Escalation = [Escalation.ToRole("head")] }).Build(), 5);
        Pass(test, Day / 2);
        await test.Runtime.Requests.EscalateAsync(test.Runtime.Requests.Open.Single().Id, "ada", "not mine");
        Pass(test, Day - TimeSpan.FromMinutes(1));
        Assert.Equal(RunStatus.Suspended, run.Status);
        Assert.Equal(1.5 * Day, test.Finish(run));
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3651 * 24)]
    public void A_deadline_is_more_than_zero_and_at_most_ten_years(int hours) =>
        Assert.Throws<InvalidOptionException>(() => Flow.Start<int>("flow").Approve("boss", terms: new() { Deadline = TimeSpan.FromHours(hours) }));

    private static VirtualRun NewTest(int linger) => new(configure: options => options.SuspendLinger = TimeSpan.FromSeconds(linger));

    private static void Pass(VirtualRun test, TimeSpan time)
    {
        test.Settle();
        test.Time.Advance(time);
        test.Settle();
    }
}
