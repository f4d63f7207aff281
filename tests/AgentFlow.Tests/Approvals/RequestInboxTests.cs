using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Approvals;

/// <summary>The inbox of a runtime: open requests with their context, and answers that fit.</summary>
public class RequestInboxTests
{
    private readonly VirtualRun _test = new();

    private RequestInbox Inbox => _test.Runtime.Requests;

    [Fact]
    public void An_open_request_tells_who_asks_what_and_why()
    {
        _test.Time.Advance(TimeSpan.FromHours(1));
        var flow = Flow.FromCode<int, bool>("payout", async (x, ctx) => (await ctx.ApproveAsync("boss", new Payment(x), "Pay this?", role: "manager")).IsApproved);
        Start(flow, new() { Id = "claim-7", Principal = new Principal("ada"), InputLabel = Label.Untrusted("post") });
        var request = Assert.Single(Inbox.Open);
        Assert.Equal(
            ("claim-7/payout/boss", "claim-7", "payout", "payout/boss", "boss", RequestKind.Approval, "payout", "Pay this?", (object)new Payment(10)),
            (request.Id, $"{request.RunId}", request.Flow, $"{request.Path}", request.Name, request.Kind, request.AskedBy, request.Prompt, request.Value!));
        Assert.Equal(
            (typeof(Payment), "manager", "ada", "Untrusted, for everybody, from post", _test.Time.Start.AddHours(1)),
            (request.ValueType, request.Role, request.Principal.User, $"{request.Label}", request.OpenedAt));
        Assert.Same(request, Inbox.Find(request.Id));
        Assert.Equal(1, Inbox.Count);
    }

    [Fact]
    public void A_question_tells_the_answers_it_takes()
    {
        Start(Flow.FromCode<int, string>("flow", (_, ctx) => ctx.AskAsync("color", new Question<string>("Which?") { Choices = ["red", "blue"], Context = "a car", Role = "painter" })));
        var request = Assert.Single(Inbox.Open);
        Assert.Equal((RequestKind.Question, typeof(string), (object)"a car", "painter"), (request.Kind, request.AnswerType, request.Value!, request.Role));
        Assert.Equal(["red", "blue"], request.Choices);
    }

    [Fact]
    public async Task Approve_modify_and_reject_reach_the_flow()
    {
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            var decision = await ctx.ApproveAsync("boss", new Payment(x));
            return $"{decision} {decision.IsApproved} {decision.Value}";
        });
        var runs = Enumerable.Range(0, 3).Select(_ => Start(flow)).ToList();
        await Inbox.ApproveAsync($"{runs[0].Id}/flow/boss", "eve", "fine");
        await Inbox.ModifyAsync($"{runs[1].Id}/flow/boss", new Payment(5), "eve");
        await Inbox.RejectAsync($"{runs[2].Id}/flow/boss", "too much", "eve");
        _test.Settle();
        Assert.Equal(["Approved by eve: fine True ", "Modified by eve True Payment { Amount = 5 }", "Rejected by eve: too much False "], runs.Select(run => run.Value()));
        var resolved = runs[1].Entries.OfType<RequestResolvedEntry>().Single();
        Assert.Equal((new Payment(5), ApprovalOutcome.Modified), ((Payment)resolved.Value!, resolved.Decision.Outcome));
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_is_refused_and_the_request_stays_open()
    {
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            await ctx.ApproveAsync("boss", new Payment(x));
            var color = await ctx.AskAsync("color", new Question<string>("Which?") { Choices = ["red", "blue"] });
            return $"{color} {await ctx.AskAsync("count", new Question<int>("How many?"))}";
        });
        var run = Start(flow);
        var boss = $"{run.Id}/flow/boss";
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.AnswerAsync(boss, 5));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.ModifyAsync(boss, "five"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.RejectAsync(boss, " "));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.ResolveAsync(boss, ApprovalDecision.Withdraw("not yours")));
        await Inbox.ApproveAsync(boss);
        _test.Settle();
        var color = $"{run.Id}/flow/color";
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.ApproveAsync(color));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.AnswerAsync(color, "green"));
        await Inbox.AnswerAsync(color, "blue");
        _test.Settle();
        await Assert.ThrowsAsync<ArgumentException>(async () => await Inbox.AnswerAsync<object?>($"{run.Id}/flow/count", null));
        await Inbox.AnswerAsync($"{run.Id}/flow/count", 3);
        _test.Settle();
        Assert.Equal("blue 3", run.Value());
    }

    [Fact]
    public async Task What_is_not_open_cannot_be_answered()
    {
        var run = Start(Flow.FromCode<int, bool>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved));
        var id = $"{run.Id}/flow/boss";
        Assert.Equal("nonsense", (await Assert.ThrowsAsync<RequestNotOpenException>(async () => await Inbox.ApproveAsync("nonsense"))).RequestId);
        await Inbox.ApproveAsync(id);
        await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await Inbox.RejectAsync(id, "too late"));
        _test.Settle();
        Assert.True(run.Value());
        await Assert.ThrowsAsync<RequestNotOpenException>(async () => await Inbox.ApproveAsync(id));
        Assert.Null(Inbox.Find(id));
    }

    [Fact]
    public void Open_requests_are_listed_oldest_first()
    {
        var flow = Flow.FromCode<int, bool>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add($"{Start(flow).Id}/flow/boss");
            _test.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(ids, Inbox.Open.Select(request => request.Id));
    }

    [Fact]
    public async Task A_request_is_answered_once_however_many_try()
    {
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) => $"{(await ctx.ApproveAsync("boss", x)).By}");
        for (var round = 0; round < 200; round++)
        {
            var run = await runtime.StartAsync(flow, round);
            await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
            var id = runtime.Requests.Open.Single().Id;
            var accepted = new List<string>();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
            {
                try
                {
                    await runtime.Requests.ApproveAsync(id, by: $"{i}");
                    lock (accepted) accepted.Add($"{i}");
                }
                catch (RequestNotOpenException)
                {
                }
            })));
            Assert.Equal(accepted.Single(), await run.Result.WaitAsync(HangGuard.Limit));
            Assert.Equal(0, runtime.Requests.Count);
        }
    }

    /// <summary>Answers and cancellations meet: the run ends one way or the other, and nothing stays behind.</summary>
    [Fact]
    public async Task Answering_and_cancelling_at_the_same_moment_leave_nothing_behind()
    {
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            for (var i = 0; i < 3; i++) await ctx.ApproveAsync("boss", x);
            return x;
        });
        for (var round = 0; round < 300; round++)
        {
            var run = await runtime.StartAsync(flow, round);
            await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
            var cancelling = Task.Run(() => run.CancelAsync("enough"));
            for (var i = 0; i < 3; i++)
            {
                try
                {
                    await runtime.Requests.ApproveAsync($"{run.Id}/flow/boss{(i == 0 ? "" : $"#{i + 1}")}");
                }
                catch (RequestNotOpenException)
                {
                }
            }

            await cancelling.WaitAsync(HangGuard.Limit);
            Assert.True(run.Status is RunStatus.Completed or RunStatus.Cancelled);
            Assert.Equal(0, runtime.Requests.Count);
            Assert.Equal(run.Entries.Count(entry => entry.Kind == JournalEntryKind.RequestOpened), run.Entries.Count(entry => entry.Kind == JournalEntryKind.RequestResolved));
        }
    }

    private FlowRun<T> Start<T>(Flow<int, T> flow, RunOptions? options = null)
    {
        var run = _test.Start(flow, 10, options);
        _test.Settle();
        return run;
    }

    private sealed record Payment(int Amount);
}
