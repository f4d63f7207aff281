using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing.Tests.Journals;

public sealed class RunJournalTests
{
    private static readonly Flow<int, int> Shop = Flow.FromCode<int, int>("shop", async (x, context) =>
    {
        x = await context.RunAsync(Step.Create<int, int>("load", (v, _) => v + 1), x);
        x = await context.DecideAsync("discount", () => x > 1 ? 10 : 0, "a good customer");
        var parts = await context.ForEachAsync(Enumerable.Range(0, 3), 1, (i, item) => item.RunAsync(Step.Create<int, int>("price", (v, _) => v * 2), i));
        try
        {
            await context.RunAsync(Step.Create<int, int>("pay", (v, _) => v > 0 ? throw new IOException("no line") : v), x);
        }
        catch (EffectFailedException)
        {
            await context.ApproveAsync("cashier", x, "Pay by hand?");
        }

        return parts.Sum();
    });

    private static async Task<RunJournal> JournalAsync()
    {
        await using var host = new FlowTestHost();
        host.Answers.Approve("cashier", by: "ann").After(TimeSpan.FromSeconds(90));
        Assert.Equal(6, await host.RunAsync(Shop, 1).Soon());
        return host.Journal;
    }

    [Fact]
    public async Task What_holds_is_asserted_in_a_chain()
    {
        var journal = await JournalAsync();

        journal
            .Executed("shop/load", "shop/each/*/price", "**/2/price")
            .Executed("shop/each/*/price", times: 3)
            .ExecutedInOrder("shop/load", "shop/each/0/price", "shop/each/2/price")
            .DidNotExecute("shop/refund")
            .HasEffects(5)
            .Decided("shop/discount", 10)
            .Failed("shop/pay").Failed<IOException>("**/pay")
            .Asked("cashier", request => request.Value is 10)
            .Answered("cashier", ApprovalOutcome.Approved)
            .DidNotAsk("boss")
            .DidNotCallTool("refund")
            .CalledModel(0)
            .NothingExecutedTwice();
        Assert.Equal("shop/pay", Assert.Single(journal.Failures).Path.ToString());
        Assert.Equal(("ann", "cashier"), (journal.Requests[0].Decision!.By, journal.Requests[0].Request.Name));
        Assert.Equal("a good customer", Assert.Single(journal.Decisions).Reason);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_does_not_hold_fails_with_what_there_is(Action<RunJournal> wrong, string expected)
    {
        var journal = await JournalAsync();

        var failure = Assert.Throws<FlowAssertionException>(() => wrong(journal));

        Assert.StartsWith(expected, failure.Message);
        Assert.EndsWith($"of 'shop', Completed:\n{journal.Timeline}", failure.Message);
    }

    public static TheoryData<Action<RunJournal>, string> Wrong => new()
    {
        { j => j.Executed("shop/refund"), "'shop/refund' was not executed.\n  executed were:\n    'shop/load'\n    'shop/each/0/price'" },
        { j => j.Executed("shop/*/price"), "'shop/*/price' was not executed." },
        { j => j.Executed("shop/pay"), "'shop/pay' was not executed." },
        { j => j.Executed("**/price", times: 2), "'**/price' was executed 3 times, expected was 2 times." },
        { j => j.DidNotExecute("**/price"), "'**/price' was executed, and should not have been.\n  found were:\n    'shop/each/0/price'" },
        { j => j.DidNotExecute("shop/pay"), "'shop/pay' was executed, and should not have been.\n  found were:\n    'shop/pay' with System.IO.IOException: no line" },
        { j => j.ExecutedInOrder("**/2/price", "shop/load"), "'shop/load' was not executed after 'shop/each/2/price'." },
        { j => j.HasEffects(4), "5 effects were executed, expected were 4." },
        { j => j.Decided("shop/discount", 0), "No decision for 0 was made at 'shop/discount'.\n  decided was:\n    10 at 'shop/discount' (Value)" },
        { j => j.Decided("shop/other", 10), "No decision for 10 was made at 'shop/other'." },
        { j => j.Failed("shop/load"), "'shop/load' did not fail.\n  failed have:\n    'shop/pay' with System.IO.IOException: no line" },
        { j => j.Failed<TimeoutException>("shop/pay"), "'shop/pay' did not fail with System.TimeoutException." },
        { j => j.NothingFailed(), "Effects failed." },
        { j => j.Asked("boss"), "Nobody was asked 'boss'.\n  asked was:\n    'cashier' at 'shop/cashier': Approved by ann" },
        { j => j.Asked("cashier", _ => false), "Nobody was asked 'cashier' in the way that was asked for." },
        { j => j.Answered("cashier", ApprovalOutcome.Rejected), "No request 'cashier' was answered with Rejected." },
        { j => j.DidNotAsk(), "A human was asked, and should not have been." },
        { j => j.CalledTool("refund"), "Tool 'refund' was called 0 times, expected was at least once.\n  called were: none" },
        { j => j.CalledModel(1), "Models were called 0 times, expected was once.\n  called were: none" },
        { j => j.Denied("**"), "Nothing was denied at '**'.\n  policies have: none" },
    };

    [Fact]
    public async Task The_timeline_has_a_line_per_entry()
    {
        var journal = await JournalAsync();

        var lines = journal.Timeline.Split('\n');

        Assert.Equal(journal.Entries.Count, lines.Length);
        Assert.Equal("     1     0 ms  started    shop               1", lines[0]);
        Assert.Equal("     2     0 ms  executed   shop/load          2", lines[1]);
        Assert.Equal("     3     0 ms  decided    shop/discount      Value 10 (a good customer)", lines[2]);
        Assert.Contains("failed     shop/pay           System.IO.IOException: no line", lines[6]);
        Assert.Contains("asked      shop/cashier       'cashier': \"Pay by hand?\" 10", lines[7]);
        Assert.Equal("    10  0:01:30  answered   shop/cashier       Approved by ann", lines[9]);
        Assert.Equal(journal.Timeline, journal.ToString());
    }

    [Fact]
    public async Task A_body_executed_more_often_than_recorded_is_found()
    {
        await using var host = new FlowTestHost(o => o.Runtime.KeepEndedRunsWithId = 0);
        var flow = Flow.FromCode<int, int>("twice", (x, context) => context.RunAsync(Step.Create<int, int>("charge", (v, _) => v), x));
        var run = await host.RunToEndAsync(flow, 1, new() { Id = "r-1" }).Soon();
        run.Journal().NothingExecutedTwice();

        var again = await host.RunToEndAsync(flow, 1, new() { Id = "r-1" }).Soon();

        var failure = Assert.Throws<FlowAssertionException>(() => again.Journal().NothingExecutedTwice());
        Assert.Contains("'twice/charge': executed 2 times, recorded once", failure.Message);
    }

    [Fact]
    public async Task Attempts_are_no_repetition()
    {
        await using var host = new FlowTestHost();
        var calls = 0;
        var flaky = Step.Create<int, int>("flaky", (x, _) => ++calls < 3 ? throw new IOException() : x, o => o.Retry(3));

        await host.RunAsync(flaky, 1).Soon();

        host.Journal.NothingExecutedTwice().Executed("test/flaky").NothingFailed();
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Executions_of_a_run_without_a_host_were_not_counted()
    {
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Shop, 1);

        Assert.Throws<InvalidOperationException>(() => run.Journal().NothingExecutedTwice());
    }

    [Fact]
    public async Task A_denial_is_found_by_policy_and_path()
    {
        await using var host = new FlowTestHost(o => o.Policies.Add(new NoPrices()));

        await Assert.ThrowsAsync<FlowRunFailedException>(() => host.RunAsync(Shop, 1)).Soon();

        host.Journal.Denied("**/price", "no-prices");
        Assert.Throws<FlowAssertionException>(() => host.Journal.Denied("shop/load"));
        Assert.Throws<FlowAssertionException>(() => host.Journal.Denied("**/price", "another"));
    }

    [Fact]
    public void Patterns_match_segment_by_segment()
    {
        const string path = "a/b#2/3/model";

        Assert.All(["a/b#2/3/model", "**", "a/**", "**/model", "*/*/*/*", "a/**/model", "**/a/b#2/**/3/model"], pattern => Assert.True(new PathPattern(pattern).Fits(path), pattern));
        Assert.All(["a/b/3/model", "a", "*/*/*", "a/*/model", "**/mode", "model", "a/b#2/3/model/*"], pattern => Assert.False(new PathPattern(pattern).Fits(path), pattern));
        Assert.Throws<ArgumentException>(() => new PathPattern(" "));
    }

    private sealed class NoPrices : IPolicy
    {
        public string Name => "no-prices";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => (operation, phase) == (PolicyOperation.RunStep, PolicyPhase.Request);

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) =>
            new(request.Facts.Target == "price" ? PolicyDecision.Deny("secret") : PolicyDecision.Allow);
    }
}
