using System.Runtime.CompilerServices;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Runs;

/// <summary>Flows that go on for ever, in runs that do not.</summary>
public class ContinueAsNewTests
{
    private readonly List<string> _executed = [];

    /// <summary>Counts one step up in each generation, to the given number.</summary>
    private Flow<int, int> Counter(int last, bool asks = false, Task? behind = null) => Flow.FromCode<int, int>("counter", async (x, ctx) =>
    {
        if (x == 0 && behind is not null) await behind;
        if (asks) await ctx.AskAsync("go", new Question<int>("?"));
        var next = await ctx.RunAsync(Step.Create<int, int>("work", (y, step) =>
        {
            lock (_executed) _executed.Add(step.IdempotencyKey);
            return y + 1;
        }), x);
        return next < last ? throw ctx.ContinueAsNew(next) : next;
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whoever_awaits_the_first_run_gets_the_result_of_the_last(bool isDurable)
    {
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options => options.Journal = isDurable ? journal : null);
        var early = test.Start(Counter(4), 0, new() { Id = "c" });
        var asked = early.Result;
        test.Settle();
        Assert.Equal((4, 4), (asked.Now(), early.Result.Now()));
        Assert.Equal((RunStatus.Completed, "continued as c~2"), (early.Status, early.StatusReason));
        Assert.Equal("c~2", $"{Assert.IsType<RunContinuedEntry>(early.Entries[^1]).Successor}");
        Assert.Equal(["c", "c~2", "c~3", "c~4"], test.Runtime.Runs.Select(run => $"{run.Id}").Order(StringComparer.Ordinal));
        Assert.Equal(4, _executed.Distinct().Count());
        Assert.Equal(0, test.Runtime.ActiveRuns);

        // Nobody had asked when it ended.
        var late = test.Start(Counter(14), 10, new() { Id = "late" });
        test.Settle();
        Assert.Equal(14, late.Result.Now());
    }

    [Fact]
    public void The_outcome_is_found_in_the_journal_by_another_process()
    {
        var journal = new InProcessJournal();
        var first = new VirtualRun(configure: options => options.Journal = journal);
        first.Start(Counter(4), 0, new() { Id = "c" });
        first.Settle();
        var second = new VirtualRun(configure: options => options.Journal = journal);
        second.Runtime.Steps.Add(Counter(4));
        var run = second.Runtime.GetRunAsync<int>(RunId.Parse("c")).AsTask().Now()!;
        Assert.Equal((RunStatus.Completed, 4), (run.Status, run.Result.Now()));
    }

    /// <summary>Every append may be the last one of a process: the work of each generation is done once, and the chain comes to its end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_crash_neither_loses_nor_doubles_a_successor(bool endsAfterItsSuccessor)
    {
        for (var crash = 2; ; crash++)
        {
            Assert.True(crash < 1_000, "the runs do not come to an end");
            _executed.Clear();
            var journal = new InProcessJournal { FailFrom = crash };
            var first = new VirtualRun(configure: options => options.Journal = journal);
            var run = first.Start(Counter(3), 0, new() { Id = "c" });
            first.Settle();
            if (run.Result.IsCompletedSuccessfully && journal.Appends < crash) break;
            journal.FailFrom = null;
            var second = new VirtualRun(configure: options => options.Journal = journal);
            var behind = new TaskCompletionSource();
            second.Runtime.Steps.Add(Counter(3, behind: endsAfterItsSuccessor ? behind.Task : null));
            var recovery = second.Runtime.RecoverAsync();
            second.Settle();
            behind.SetResult();
            second.Settle();
            Assert.Empty(recovery.Now().Held);
            Assert.Equal(3, second.Runtime.GetRunAsync<int>(RunId.Parse("c")).AsTask().Now()!.Result.Now());
            foreach (var id in new[] { "c", "c~2", "c~3" })
            {
                var entries = Restart.Stored(journal, RunId.Parse(id)).Select(EntryDecoder.Decode).ToList();
                Assert.Single(entries.OfType<EffectCompletedEntry>());
                Assert.Equal(JournalEntryKind.RunCompleted, entries[^1].Kind);
            }

            Assert.Empty(Restart.Stored(journal, RunId.Parse("c~4")));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ten_thousand_generations_leave_nothing_behind(bool isAwaited)
    {
        var test = new VirtualRun();
        var run = test.Start(Counter(10_000), 0);
        var result = isAwaited ? run.Result : null;
        var behind = Drive(test, run);
        Assert.Equal(10_000, _executed.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(behind.Count, 9_990, 10_000);
        Assert.InRange(behind.Count(each => each.TryGetTarget(out _)), 0, 4);
        Assert.Equal(10_000, (result ?? run.Result).Now());
        GC.KeepAlive(run);
    }

    /// <summary>Every generation on the way, by a stack that is gone afterwards.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference<FlowRun>> Drive(VirtualRun test, FlowRun<int> run)
    {
        var seen = new List<WeakReference<FlowRun>>();
        FlowRun? last = null;
        while (test.SettleOne())
        {
            if (ReferenceEquals(run.Last, last)) continue;
            last = run.Last;
            seen.Add(new(last));
        }

        return seen;
    }

    [Fact]
    public async Task Cancelling_the_first_run_cancels_the_one_that_executes()
    {
        var test = new VirtualRun();
        var first = test.Start(Counter(4, asks: true), 0, new() { Id = "c" });
        test.Settle();
        await test.Runtime.Requests.AnswerAsync("c/counter/go", 1);
        test.Settle();
        Assert.Equal("c~2/counter/go", test.Runtime.Requests.Open.Single().Id);
        var cancelled = first.CancelAsync("enough");
        test.Settle();
        await cancelled;
        Assert.Empty(test.Runtime.Requests.Open);
        Assert.Equal("enough", Assert.IsType<FlowRunCancelledException>(await Record.ExceptionAsync(() => first.Result)).Reason);
    }

    [Fact]
    public void A_thousand_durable_generations_take_one_place_and_leave_nothing_open()
    {
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options => (options.Journal, options.Scheduler.MaxConcurrentRuns) = (journal, 1));
        var run = test.Start(Counter(1_000), 0, new() { Id = "c" });
        var waiting = test.Runtime.StartAsync(Counter(2_000), 1_999, new() { Id = "other" }).AsTask();
        test.Settle();
        Assert.Equal((1_000, 2_000), (run.Result.Now(), waiting.Now().Result.Now()));
        Assert.Equal(1_001, _executed.Distinct().Count());
        Assert.Equal(JournalEntryKind.RunCompleted, Restart.Stored(journal, RunId.Parse("c~1000"))[^1].Kind);
        Assert.Equal(0, test.Runtime.ActiveRuns);
        var next = new VirtualRun(configure: options => options.Journal = journal);
        Assert.Empty(next.Runtime.RecoverAsync().Now().Resumed);
    }

    [Theory]
    [InlineData(PolicyOperation.StartRun)]
    [InlineData(PolicyOperation.ResumeRun)]
    public void Policies_judge_each_generation_as_a_start_and_none_as_a_resumption(PolicyOperation operation)
    {
        var judge = new Judge(operation, PolicyPhase.Request, request => request.Content.Value is 2 ? PolicyDecision.Deny("not two") : PolicyDecision.Allow);
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options =>
        {
            options.Journal = journal;
            options.Policies.Add(judge);
        });
        var run = test.Start(Counter(4), 0, new() { Id = "c" });
        var result = run.Result;
        test.Settle();
        Assert.Equal(operation == PolicyOperation.StartRun ? 3 : 0, judge.Asked.Count);
        if (operation == PolicyOperation.ResumeRun) Assert.Equal(4, result.Now());
        else Assert.Equal("PolicyDenied", Assert.IsType<FlowRunFailedException>(result.Exception!.InnerException).ErrorType);
        Assert.Equal(operation == PolicyOperation.StartRun ? 2 : 4, _executed.Count);
    }

    [Fact]
    public void Only_the_code_of_the_run_itself_continues_it_with_what_the_flow_takes()
    {
        var test = new VirtualRun();
        var inner = Flow.FromCode<int, int>("inner", (x, ctx) => throw ctx.ContinueAsNew(x));
        var nested = test.Start(Flow.Start<int>("outer").Then(inner).Build(), 1);
        var wrong = test.Start(Flow.FromCode<int, int>("wrong", (_, ctx) => throw ctx.ContinueAsNew("text")), 1);
        var unthrown = test.Start(Flow.FromCode<int, int>("unthrown", (x, ctx) => new(ctx.ContinueAsNew(x + 1) is null ? 0 : 7)), 1);
        test.Settle();
        Assert.IsType<FlowContextMisuseException>(nested.Failure().InnerException);
        Assert.Contains("takes a int, not a string", wrong.Failure().Message, StringComparison.Ordinal);
        Assert.Equal(7, unthrown.Value());
    }

    [Fact]
    public void A_flow_with_retries_is_not_retried_for_it()
    {
        var test = new VirtualRun();
        var run = test.Start((Flow<int, int>)Counter(3).Configure(o => o.Retry(3).Timeout(TimeSpan.FromHours(1))), 0);
        test.Settle();
        Assert.Equal(3, run.Result.Now());
        Assert.Equal(3, _executed.Count);
    }
}
