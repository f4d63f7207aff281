using AgentFlow.Approvals;
using AgentFlow.Policies;

namespace AgentFlow.Testing.Tests.Answers;

public sealed class AnswerScriptTests
{
    private static readonly Flow<int, string> Approve = Flow.FromCode<int, string>("pay", async (amount, context) =>
    {
        var decision = await context.ApproveAsync("adjuster", amount);
        return $"{decision.Outcome} {decision.Value} {decision.By} {decision.Reason}".TrimEnd();
    });

    private static readonly Flow<int[], string> ApproveAll = Flow.FromCode<int[], string>("pay-all", async (amounts, context) =>
        string.Join(", ", await context.ForEachAsync(amounts, 10, async (amount, item) => $"{amount} {(await item.ApproveAsync("adjuster", amount)).Outcome}")));

    [Fact]
    public async Task Every_kind_of_answer_reaches_the_flow()
    {
        Assert.Equal("Approved  ann", await Run(answers => answers.Approve("adjuster", by: "ann")));
        Assert.Equal("Rejected   too much", await Run(answers => answers.Reject("adjuster", "too much")));
        Assert.Equal("Modified 7", await Run(answers => answers.Modify("adjuster", 7)));
        Assert.Equal("Modified 50 bob", await Run(answers => answers.Modify<int>("adjuster", amount => amount / 2, by: "bob")));

        static async Task<string> Run(Action<AnswerScript> script)
        {
            await using var host = new FlowTestHost();
            script(host.Answers);
            var result = await host.RunAsync(Approve, 100).Soon();
            host.VerifyComplete();
            return result;
        }
    }

    [Fact]
    public async Task A_question_is_answered()
    {
        await using var host = new FlowTestHost();
        host.Answers.Answer("policy", "P-1");
        var flow = Flow.FromCode<int, string>("ask", (_, context) => context.AskAsync("policy", new Question<string>("Which?")));

        Assert.Equal("P-1", await host.RunAsync(flow, 0).Soon());
    }

    [Fact]
    public async Task Answers_of_one_name_are_used_in_order_and_conditions_choose_among_them()
    {
        await using var host = new FlowTestHost();
        host.Answers
            .Reject<int>("adjuster", "too much", when: amount => amount > 100)
            .Approve("adjuster")
            .Modify<int>("adjuster", amount => amount - 1);

        Assert.Equal("1 Approved, 200 Rejected, 3 Modified", await host.RunAsync(ApproveAll, [1, 200, 3]).Soon());
        host.VerifyComplete();
    }

    [Fact]
    public async Task An_answer_serves_as_often_as_was_said()
    {
        await using var host = new FlowTestHost();
        host.Answers.Approve("adjuster").Times(2).Reject("adjuster", "no").Always();

        Assert.Equal("1 Approved, 2 Approved, 3 Rejected, 4 Rejected", await host.RunAsync(ApproveAll, [1, 2, 3, 4]).Soon());
        Assert.Equal(0, host.Answers.Unused);
    }

    [Fact]
    public async Task An_answer_may_take_its_time()
    {
        await using var host = new FlowTestHost();
        host.Answers.Approve("adjuster").After(TimeSpan.FromDays(3));

        await host.RunAsync(Approve, 1).Soon();

        Assert.Equal(TimeSpan.FromDays(3), host.Elapsed);
        Assert.Contains(host.Journal.Entries, entry => entry.Kind == Journaling.JournalEntryKind.RunResumed);
    }

    [Fact]
    public async Task An_answer_that_comes_after_nobody_waits_any_more_is_used_up()
    {
        await using var host = new FlowTestHost();
        host.Answers.Approve("boss").After(TimeSpan.FromDays(3));
        var flow = Flow.FromCode<int, int>("escalate", async (_, context) => (await context.AnyAsync<int>(
            async branch => (await branch.ApproveAsync("boss", 1)).IsApproved ? 1 : 0,
            async branch =>
            {
                await branch.DelayAsync(TimeSpan.FromDays(2));
                return 2;
            })).Value);

        Assert.Equal(2, await host.RunAsync(flow, 0).Soon());

        host.VerifyComplete();
        host.Journal.Answered("boss", ApprovalOutcome.Withdrawn);
    }

    [Fact]
    public async Task Answers_come_when_everything_else_has_come_to_rest_and_before_time_moves()
    {
        await using var host = new FlowTestHost();
        host.Answers.Approve("adjuster");
        var flow = Flow.FromCode<int, TimeSpan>("both", async (x, context) =>
        {
            var (answered, _) = await context.AllAsync<DateTimeOffset, int>(
                async branch =>
                {
                    await branch.ApproveAsync("adjuster", x);
                    return branch.GetUtcNow();
                },
                branch => branch.RunAsync(Runs.Bodies.Chain("slow", 1000), x));
            return answered - context.GetUtcNow();
        });

        Assert.Equal(TimeSpan.FromSeconds(-1), await host.RunAsync(flow, 0).Soon());
    }

    [Fact]
    public async Task An_unloaded_run_is_answered_and_continues_from_its_entries()
    {
        await using var host = new FlowTestHost(o => o.UnloadSuspendedRuns = true);
        host.Answers.Approve("adjuster");
        var ran = 0;
        var flow = Flow.FromCode<int, int>("resume", async (x, context) =>
        {
            x = await context.RunAsync(Step.Create<int, int>("count", (v, _) => v + ++ran), x);
            await context.ApproveAsync("adjuster", x);
            return x;
        });

        Assert.Equal(2, await host.RunAsync(flow, 1).Soon());
        Assert.Equal(1, ran);
        host.Journal.NothingExecutedTwice();
    }

    [Fact]
    public async Task Answers_nobody_asked_for_are_listed()
    {
        await using var host = new FlowTestHost();
        host.Answers.Approve("adjuster").Approve("boss").Reject<int>("boss", "no", when: _ => true).Times(2).Answer("why", "because").Always();
        await host.RunAsync(Approve, 1).Soon();

        var failure = Assert.Throws<FlowAssertionException>(host.VerifyComplete);

        Assert.Equal(3, host.Answers.Unused);
        Assert.Equal(
            "Not every scripted answer was asked for: 1 were given, never asked for were:\n    approve 'boss'\n    reject 'boss': no, under a condition (× 2)",
            failure.Message);
    }

    [Fact]
    public async Task An_answer_of_the_wrong_kind_fails_the_test_and_says_why()
    {
        await using var host = new FlowTestHost();
        host.Answers.Answer("adjuster", 5);

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.RunAsync(Approve, 1)).Soon();

        Assert.Contains("\"answer 'adjuster' with 5\" was refused", failure.Message);
        Assert.Contains("approve, modify or reject it", failure.Message);
    }

    [Fact]
    public async Task An_answer_that_a_policy_refuses_fails_the_test_and_says_why()
    {
        await using var host = new FlowTestHost(o => o.Policies.Add(new NotByBob()));
        host.Answers.Approve("adjuster", by: "bob");

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.RunAsync(Approve, 1)).Soon();

        Assert.Contains("not-by-bob: bob may not", failure.Message);
        Assert.IsType<PolicyDeniedException>(failure.InnerException);
    }

    [Fact]
    public void Verbs_about_the_answer_before_need_one()
    {
        var answers = new AnswerScript(TimeProvider.System);

        Assert.Throws<InvalidOperationException>(() => answers.Times(2));
        Assert.Throws<InvalidOperationException>(answers.Always);
        Assert.Throws<InvalidOperationException>(() => answers.After(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => answers.Approve("x").Times(0));
        Assert.Throws<ArgumentException>(() => answers.Approve(" "));
        Assert.Throws<ArgumentException>(() => answers.Reject("x", ""));
    }

    private sealed class NotByBob : IPolicy
    {
        public string Name => "not-by-bob";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => (operation, phase) == (PolicyOperation.AnswerRequest, PolicyPhase.Request);

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) =>
            new(request.Facts.From == "bob" ? PolicyDecision.Deny("bob may not") : PolicyDecision.Allow);
    }
}
