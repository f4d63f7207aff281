using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Approvals;

/// <summary>An answer counts once, however often it is sent; another one learns who was first.</summary>
public class RepeatedAnswerTests
{
    private readonly VirtualRun _test = new(configure: options => options.KeepEndedRuns = 10);

    private RequestInbox Inbox => _test.Runtime.Requests;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_person_with_the_same_answer_gets_the_first_result_again(bool hasEnded)
    {
        var (run, id) = Start();
        Assert.False((await Inbox.ModifyAsync(id, 7, "ada", "less")).IsRepeated);
        if (hasEnded) _test.Finish(run);
        var again = await Inbox.ModifyAsync(id, 7, "ada");
        Assert.Equal((true, true, 7, "less"), (again.IsRepeated, again.IsResolved, again.Status.Resolution!.Value, again.Status.Resolution.Reason));
        Assert.Single(run.Entries.OfType<RequestResolvedEntry>());
    }

    [Fact]
    public async Task Another_answer_is_told_who_resolved_it_and_how()
    {
        var (_, id) = Start();
        await Inbox.ModifyAsync(id, 7, "ada");
        var late = await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await Inbox.ModifyAsync(id, 8, "ada"));
        Assert.Equal($"Request '{id}' is resolved: Modified by ada.", late.Message);
        await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await Inbox.RejectAsync(id, "no", "ada"));
        await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await Inbox.ModifyAsync(id, 7, "bob"));
        Assert.Equal(7, late.Decision.Value);
    }

    [Fact]
    public async Task A_key_identifies_the_answer_whatever_is_in_it()
    {
        var (_, id) = Start();
        await Inbox.ResolveAsync(id, ApprovalDecision.Approve("ada").WithKey("form-1"));
        Assert.True((await Inbox.ResolveAsync(id, ApprovalDecision.Reject("sent twice", "ada").WithKey("form-1"))).IsRepeated);
        await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await Inbox.ResolveAsync(id, ApprovalDecision.Approve("ada").WithKey("form-2")));
        await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await Inbox.ApproveAsync(id, "ada"));
    }

    [Fact]
    public async Task An_answer_to_something_else_than_what_is_shown_is_refused()
    {
        var (run, id) = Start();
        var shown = Inbox.Find(id)!.Digest;
        Assert.Matches("^[0-9a-f]{64}$", shown);
        var other = new string('0', 64);
        var stale = await Assert.ThrowsAsync<StaleAnswerException>(async () => await Inbox.ApproveAsync(id, "ada", digest: other));
        Assert.Equal((id, shown, other), (stale.RequestId, stale.Digest, stale.Given));
        await Inbox.ApproveAsync(id, "ada", digest: shown);
        Assert.Equal(shown, run.Entries.OfType<RequestResolvedEntry>().Single().Decision.Digest);
    }

    [Fact]
    public async Task Whoever_wins_a_race_of_many_all_others_learn_it()
    {
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero, KeepEndedRuns = 1000 });
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) => $"{(await ctx.ApproveAsync("boss", x)).By}");
        for (var round = 0; round < 100; round++)
        {
            var run = await runtime.StartAsync(flow, round);
            await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
            var id = runtime.Requests.Open.Single().Id;
            var told = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
            {
                try
                {
                    if (i == 5) await runtime.Requests.ClaimAsync(id, "0");
                    return (await runtime.Requests.ApproveAsync(id, $"{i % 3}")).Status.Resolution!.By;
                }
                catch (RequestClaimedException)
                {
                    return null;
                }
                catch (RequestAlreadyResolvedException late)
                {
                    return late.Decision.By;
                }
            })));
            var winner = await run.Result.WaitAsync(HangGuard.Limit);
            Assert.All(told, by => Assert.True(by is null || by == winner));
            Assert.Single(run.Entries.OfType<RequestResolvedEntry>());
        }
    }

    private (FlowRun<string> Run, string Id) Start()
    {
        var run = _test.Start(Flow.FromCode<int, string>("flow", async (x, ctx) => $"{await ctx.ApproveAsync("boss", x)}"), 1);
        _test.Settle();
        return (run, Inbox.Open.Single().Id);
    }
}
