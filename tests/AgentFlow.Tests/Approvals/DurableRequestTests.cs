using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Policies;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Approvals;

/// <summary>Requests over one directory and several runtimes: what people did is there after a restart, and counts once.</summary>
public sealed class DurableRequestTests : IDisposable
{
    private static readonly RunId Id = RunId.Parse("refund-1");
    private static readonly Principal Ada = People.WithRole("ada", "clerk", "head");
    private readonly string _directory = Directory.CreateTempSubdirectory("agentflow-").FullName;
    private readonly List<string> _told = [];
    private int _paid;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Claims_delegations_levels_and_approvals_survive_a_restart()
    {
        var terms = new RequestTerms { Quorum = 2, NotByAuthor = true, Deadline = TimeSpan.FromDays(1), Escalation = [Escalation.ToRole("head")] };
        var flow = Refund(terms);
        RequestStatus before = null!;
        await InProcessAsync(flow, async runtime =>
        {
            await runtime.StartAsync(flow, 10m, new() { Id = "refund-1", Principal = new("eve") });
            var id = (await OpenAsync(runtime)).Request.Id;
            await runtime.Requests.ApproveAsync(id, People.WithRole("carl", "clerk"));
            await runtime.Requests.EscalateAsync(id, Ada);
            before = await runtime.Requests.DelegateAsync(id, Ada, "bob", "his customer");
        });

        await InProcessAsync(flow, async runtime =>
        {
            var after = await OpenAsync(runtime);
            Assert.Equal(
                (before.State, before.Role, before.Assignee, before.Level, before.DueAt, before.Request.Digest, before.Request.OpenedAt, before.Request.Id),
                (after.State, after.Role, after.Assignee, after.Level, after.DueAt, after.Request.Digest, after.Request.OpenedAt, after.Request.Id));
            Assert.Equal(["carl"], after.ApprovedBy);
            await Assert.ThrowsAsync<RequestClaimedException>(async () => await runtime.Requests.ApproveAsync(after.Request.Id, Ada));
            await runtime.Requests.ApproveAsync(after.Request.Id, People.WithRole("bob", "head"), digest: before.Request.Digest);
            Assert.Equal("paid 10", await runtime.GetRun<string>(Id)!.Result.WaitAsync(HangGuard.Limit));
        });

        Assert.Equal(1, _paid);
        Assert.Equal(["boss opened Open", "boss Approved Open", "boss Escalated Open", "boss Delegated Claimed", "boss opened Claimed", "boss resolved Approved"], _told);

        // A third process, in which the run is history: the answer is still the first one's.
        await InProcessAsync(flow, async runtime =>
        {
            var id = before.Request.Id;
            Assert.True((await runtime.Requests.ApproveAsync(id, People.WithRole("bob", "head"))).IsRepeated);
            Assert.True((await runtime.Requests.ApproveAsync(id, People.WithRole("carl", "head"))).IsRepeated);
            var late = await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await runtime.Requests.RejectAsync(id, "no", Ada));
            Assert.Equal(["carl", "bob"], late.Decision.ApprovedBy);
            Assert.Equal(("bob", true), (late.Decision.By, late.Decision.Actor!.Roles.Contains("head")));
        });
        Assert.Equal(1, _paid);
    }

    [Fact]
    public async Task An_answer_given_just_before_the_process_ends_counts_in_the_next_one()
    {
        var flow = Refund(null);
        string id = "";
        await InProcessAsync(flow, async runtime =>
        {
            await runtime.StartAsync(flow, 10m, new() { Id = "refund-1" });
            id = (await OpenAsync(runtime)).Request.Id;
        });
        await AnswerInJournalAsync(id, ApprovalDecision.Approve(Ada).WithKey("form-1"));

        await InProcessAsync(flow, async runtime =>
        {
            if (runtime.GetRun<string>(Id) is { } run) Assert.Equal("paid 10", await run.Result.WaitAsync(HangGuard.Limit));
            Assert.True((await runtime.Requests.ResolveAsync(id, ApprovalDecision.Approve("ada").WithKey("form-1"))).IsRepeated);
        });
        Assert.Equal(1, _paid);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_value_has_changed_an_earlier_answer_is_not_used_and_the_question_is_asked_anew(bool wasAnswered)
    {
        var rate = 1m;
        var approved = 0;
        Flow<decimal, string> flow = null!;
        flow = Flow.FromCode<decimal, string>("refund", async (amount, ctx) =>
        {
            var decision = await ctx.ApproveAsync("boss", amount * rate);
            if (decision.IsApproved) approved++;
            await ctx.AskAsync("then", new Question<int>("And now?"));
            return $"{amount * rate} by {decision.By}";
        });
        RequestStatus first = null!;
        await InProcessAsync(flow, async runtime =>
        {
            await runtime.StartAsync(flow, 10m, new() { Id = "refund-1" });
            first = await OpenAsync(runtime);
        });
        if (wasAnswered) await AnswerInJournalAsync(first.Request.Id, ApprovalDecision.Approve("ada"));

        rate = 2m;
        await InProcessAsync(flow, async runtime =>
        {
            var again = await OpenAsync(runtime, "boss");
            if (!wasAnswered)
            {
                // It lies in the journal as it was asked; whoever acts on it wakes the run, which asks anew.
                Assert.Equal(first.Request.Id, again.Request.Id);
                await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await runtime.Requests.ApproveAsync(first.Request.Id, "bob"));
                again = await OpenAsync(runtime, "boss");
            }

            Assert.Equal("refund-1/refund/boss/(changed)", again.Request.Id);
            Assert.Equal(20m, again.Request.Value);
            Assert.NotEqual(first.Request.Digest, again.Request.Digest);
            Assert.Equal(0, approved);

            // Whoever saw the old value answers something that is not asked any more.
            if (wasAnswered) await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await runtime.Requests.ApproveAsync(first.Request.Id, "bob"));
            else Assert.Equal(ApprovalOutcome.Withdrawn, (await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await runtime.Requests.ApproveAsync(first.Request.Id, "bob"))).Decision.Outcome);
            await Assert.ThrowsAsync<StaleAnswerException>(async () => await runtime.Requests.ApproveAsync(again.Request.Id, "bob", digest: first.Request.Digest));
            await runtime.Requests.ApproveAsync(again.Request.Id, "bob", digest: again.Request.Digest);
        });

        // And the new answer is found where it was given.
        await InProcessAsync(flow, async runtime =>
        {
            await runtime.Requests.AnswerAsync((await OpenAsync(runtime, "then")).Request.Id, 1);
            Assert.Equal("20 by bob", await runtime.GetRun<string>(Id)!.Result.WaitAsync(HangGuard.Limit));
        });
    }

    [Fact]
    public async Task A_deadline_that_passed_while_no_process_ran_is_kept_by_the_next_one()
    {
        var time = new AgentFlow.Testing.VirtualTimeProvider();
        var flow = Refund(new() { Deadline = TimeSpan.FromDays(1), Escalation = [Escalation.ToRole("head")] });
        await InProcessAsync(flow, async runtime =>
        {
            await runtime.StartAsync(flow, 10m, new() { Id = "refund-1" });
            await OpenAsync(runtime);
        }, time);
        time.Advance(TimeSpan.FromDays(10));
        await InProcessAsync(flow, async runtime =>
        {
            await WaitForAsync(() =>
            {
                time.Advance(TimeSpan.Zero);
                return _told.ToArray().Contains("boss Escalated Open");
            });
            Assert.Equal(time.GetUtcNow() + TimeSpan.FromDays(1), (await runtime.Requests.ListAsync()).Single().DueAt);
            await WaitForAsync(() => _told.Contains("boss Escalated Open"));
        }, time);
        time.Advance(TimeSpan.FromDays(2));
        await InProcessAsync(flow, async runtime =>
        {
            await WaitForAsync(() =>
            {
                time.Advance(TimeSpan.Zero);
                return _told.ToArray().Contains("boss resolved Expired");
            });
        }, time);
        await using var journal = FileJournal.Open(_directory);
        var entries = (await journal.ReadAsync(Id, 0, default)).Select(EntryDecoder.Decode).ToList();
        Assert.Equal(ApprovalOutcome.Expired, entries.OfType<RequestResolvedEntry>().Single().Decision.Outcome);
        Assert.Equal(0, _paid);
    }

    [Fact]
    public async Task Policies_are_asked_again_when_a_recovered_run_goes_on_with_an_answer()
    {
        var isClosed = false;
        var rule = Rule.OnStep("account", request => isClosed ? PolicyDecision.Deny("the account is closed")
            : request.Facts.Approval is null ? PolicyDecision.RequireApproval("pay?", "clerk", new() { NotByAuthor = true }) : PolicyDecision.Allow);
        var flow = Flow.Start<decimal>("refund").Then("pay", Pay).Build();
        string id = "";
        await InProcessAsync(flow, async runtime =>
        {
            await runtime.StartAsync(flow, 10m, new() { Id = "refund-1", Principal = new("eve") });
            id = (await OpenAsync(runtime)).Request.Id;
            await Assert.ThrowsAsync<NotEntitledException>(async () => await runtime.Requests.ApproveAsync(id, People.WithRole("eve", "clerk")));
        }, policy: rule);
        await InProcessAsync(flow, async runtime =>
        {
            await runtime.Requests.ClaimAsync(id, Ada);
            isClosed = true;
            await runtime.Requests.ApproveAsync(id, Ada);
            var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => runtime.GetRun<string>(Id)!.Result.WaitAsync(HangGuard.Limit));
            Assert.Contains("the account is closed", failed.Message);
        }, policy: rule);
        Assert.Equal(0, _paid);
    }

    /// <summary>The answer is durable, and the process ended before the run went on.</summary>
    private async Task AnswerInJournalAsync(string id, ApprovalDecision decision)
    {
        await using var journal = FileJournal.Open(_directory);
        var stored = await journal.ReadAsync(Id, 0, default);
        var answer = new RequestResolvedEntry(StepPath.Parse("refund/boss"), id, decision, typeof(decimal)) { Sequence = stored.Count + 1 };
        await journal.AppendAsync(Id, 100, [EntryEncoder.Encode(answer, Microsoft.Extensions.AI.AIJsonUtilities.DefaultOptions)], default);
    }

    private Flow<decimal, string> Refund(RequestTerms? terms) => Flow.Start<decimal>("refund").Approve("boss", role: "clerk", terms: terms).Then("pay", Pay, o => o.Effect(EffectClass.Irreversible)).Build();

    private string Pay(decimal amount, StepContext context)
    {
        Interlocked.Increment(ref _paid);
        return $"paid {amount:0}";
    }

    private async Task InProcessAsync<TOut>(Flow<decimal, TOut> flow, Func<FlowRuntime, Task> body, TimeProvider? time = null, IPolicy? policy = null)
    {
        await using var journal = FileJournal.Open(_directory);
        var options = new FlowRuntimeOptions { Journal = journal, Time = time ?? TimeProvider.System };
        options.RequestNotifiers.Add(new NotifierTests.Notifier(_told));
        if (policy is not null) options.Policies.Add(policy);
        await using var runtime = new FlowRuntime(options);
        runtime.Steps.Add(flow);
        Assert.Empty((await runtime.RecoverAsync()).Held);
        await body(runtime);
    }

    private static async Task<RequestStatus> OpenAsync(FlowRuntime runtime, string? name = null)
    {
        using var hang = new CancellationTokenSource(HangGuard.Limit);
        while (true)
        {
            if (await runtime.Requests.ListAsync(new() { Name = name }, hang.Token) is [var open, ..]) return open;
            await Task.Yield();
        }
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var hang = new CancellationTokenSource(HangGuard.Limit);
        while (!condition())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
