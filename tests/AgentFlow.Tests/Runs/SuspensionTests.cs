using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Runs;

/// <summary>A run in which everything waits is suspended, unloaded after a linger, and continued by what it waits for.</summary>
public class SuspensionTests
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);
    private readonly List<string> _executed = [];

    private static Step<int, int> Count(List<string> executed) => Step.Create<int, int>("count", (x, ctx) =>
    {
        executed.Add(ctx.Path.ToString());
        return x + 1;
    });

    [Fact]
    public void A_run_that_waits_is_suspended_and_says_for_what()
    {
        var test = new VirtualRun();
        var run = test.Start(Asking(), 1);
        test.Settle();
        Assert.Equal((RunStatus.Suspended, "waits for asking/boss"), (run.Status, run.StatusReason));
        Answer(test, true);
        Assert.Equal(3, run.Value());
        Assert.Equal(
            ["RunStarted asking", "EffectCompleted asking/count", "RequestOpened asking/boss", "RunSuspended asking", "RequestResolved asking/boss", "RunResumed asking", "EffectCompleted asking/count#2", "RunCompleted asking"],
            run.Journal());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_flow_goes_on_where_it_stopped_whether_it_was_unloaded_or_not(bool isUnloaded)
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = Linger);
        var ended = 0;
        var flow = Flow.FromCode<int, int>("asking", async (x, ctx) =>
        {
            try
            {
                x = await ctx.RunAsync(Count(_executed), x);
                await ctx.ApproveAsync("boss", x);
                return await ctx.RunAsync(Count(_executed), x);
            }
            finally
            {
                ended++;
            }
        });
        var run = test.Start(flow, 1);
        test.Settle();
        test.Time.Advance(isUnloaded ? Linger : Linger / 2);
        Assert.Equal(isUnloaded ? 1 : 0, run.Generation);
        Assert.Equal(0, ended);
        Answer(test, true);
        Assert.Equal(3, run.Value());
        Assert.Equal(2, _executed.Count);
        Assert.Equal(1, ended);
    }

    [Fact]
    public void An_unloaded_run_holds_nothing_of_its_flow()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var (run, held) = StartHolding(test);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(held.IsAlive);
        Assert.Equal(RunStatus.Suspended, run.Status);
        GC.KeepAlive(run);
    }

    [Fact]
    public void Every_wait_of_a_run_with_several_is_answered_in_any_order()
    {
        foreach (var order in new[] { "abc", "acb", "bac", "bca", "cab", "cba" })
        {
            foreach (var linger in new[] { TimeSpan.Zero, Linger })
            {
                var test = new VirtualRun(seed: 3, configure: options => options.SuspendLinger = linger);
                var flow = Flow.FromCode<int, string>("many", async (_, ctx) =>
                    string.Concat(await ctx.AllAsync<string>(c => c.AskAsync("a", new Question<string>("?")), c => c.AskAsync("b", new Question<string>("?")), c => c.AskAsync("c", new Question<string>("?")))));
                var run = test.Start(flow, 1);
                test.Settle();
                foreach (var name in order)
                {
                    Assert.Equal(RunStatus.Suspended, run.Status);
                    var request = test.Runtime.Requests.Open.Single(open => open.Name == $"{name}");
                    Assert.True(test.Runtime.Requests.AnswerAsync(request.Id, $"{name}").IsCompletedSuccessfully);
                    test.Settle();
                }

                Assert.Equal("abc", run.Value());
            }
        }
    }

    /// <summary>All answers come before the unloaded flow has been executed again up to its questions.</summary>
    [Fact]
    public void Answers_that_come_while_the_flow_is_being_executed_again_are_kept_for_it()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var flow = Flow.FromCode<int, int>("many", async (_, ctx) =>
            (await ctx.ForEachAsync(Enumerable.Range(0, 50), 50, (i, c) => c.AskAsync("n", new Question<int>("?")))).Sum());
        var run = test.Start(flow, 1);
        test.Settle();
        foreach (var request in test.Runtime.Requests.Open) _ = test.Runtime.Requests.AnswerAsync(request.Id, request.Path.Parent!.Number).AsTask();
        Assert.Equal(0, test.Runtime.Requests.Count);
        test.Settle();
        Assert.Equal(49 * 50 / 2, run.Value());
    }

    [Fact]
    public void A_delay_suspends_and_wakes_the_unloaded_run()
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var flow = Flow.FromCode<int, int>("sleepy", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromHours(1), "nap");
            await ctx.DelayAsync(TimeSpan.FromHours(1), "nap");
            await ctx.DelayAsync(TimeSpan.Zero, "none");
            return await ctx.RunAsync(Count(_executed), x);
        });
        var run = test.Start(flow, 1);
        Assert.Equal(TimeSpan.FromHours(2), test.Finish(run));
        Assert.Equal(2, run.Value());
        Assert.Equal(
            ["RunStarted sleepy", "TimerSet sleepy/nap", "RunSuspended sleepy", "TimerFired sleepy/nap", "RunResumed sleepy", "TimerSet sleepy/nap#2", "RunSuspended sleepy", "TimerFired sleepy/nap#2", "RunResumed sleepy", "EffectCompleted sleepy/count", "RunCompleted sleepy"],
            run.Journal());
    }

    /// <summary>A race against a human: the loser's question is withdrawn, and what follows runs in a run that is running.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_branch_that_loses_withdraws_its_question(int lingerSeconds)
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.FromSeconds(lingerSeconds));
        var statusInside = new List<RunStatus>();
        FlowRun<int>? run = null;
        var flow = Flow.FromCode<int, int>("race", async (x, ctx) =>
        {
            var winner = await ctx.AnyAsync<int>(
                async c => (await c.ApproveAsync("boss", x)).IsApproved ? 1 : 0,
                async c =>
                {
                    await c.DelayAsync(TimeSpan.FromSeconds(1));
                    return 2;
                });
            return await ctx.RunAsync(Step.Create<int, int>("after", (value, _) =>
            {
                statusInside.Add(run!.Status);
                return value;
            }), winner.Value);
        });
        run = test.Start(flow, 1);
        test.Settle();
        var question = Assert.Single(test.Runtime.Requests.Open);
        Assert.Equal(TimeSpan.FromSeconds(1), test.Finish(run));
        Assert.Equal(2, run.Value());
        Assert.Equal([RunStatus.Running], statusInside);
        Assert.Empty(test.Runtime.Requests.Open);
        Assert.Equal(ApprovalOutcome.Withdrawn, run.Entries.OfType<RequestResolvedEntry>().Single().Decision.Outcome);
        Assert.IsType<RequestNotOpenException>(test.Runtime.Requests.ApproveAsync(question.Id).AsTask().Exception!.InnerException);
    }

    [Fact]
    public void A_run_whose_body_still_runs_is_not_suspended()
    {
        var test = new VirtualRun();
        var flow = Flow.FromCode<int, int>("busy", async (x, ctx) =>
        {
            var (decision, value) = await ctx.AllAsync(c => c.ApproveAsync("boss", x), c => c.RunAsync(test.Delay<int>("work", 1000), x));
            return decision.IsApproved ? value : 0;
        });
        var run = test.Start(flow, 1);
        test.Settle();
        Assert.Equal(RunStatus.Running, run.Status);
        test.Time.Advance(TimeSpan.FromSeconds(1));
        test.Settle();
        Assert.Equal(RunStatus.Suspended, run.Status);
    }

    [Fact]
    public void Suspended_runs_leave_their_place_and_queue_for_it_again()
    {
        var inside = new Peak();
        var test = new VirtualRun(configure: options =>
        {
            options.SuspendLinger = Linger;
            options.Scheduler.MaxConcurrentRuns = 1;
        });
        var work = Step.Create<int, int>("work", async Task<int> (x, ctx) =>
        {
            inside.Enter();
            await test.Time.DelayInPlaceAsync(TimeSpan.FromSeconds(1), ctx.CancellationToken);
            inside.Exit();
            return x;
        });
        var flow = Flow.FromCode<int, int>("asking", async (x, ctx) =>
        {
            await ctx.RunAsync(work, x);
            await ctx.AllAsync(c => c.ApproveAsync("one", x), c => c.ApproveAsync("two", x));
            return (await ctx.AllAsync<int>(c => new(x), c => c.RunAsync(work, x)))[1];
        });
        var runs = Enumerable.Range(0, 5).Select(i => test.Start(flow, i)).ToList();
        test.Settle();
        while (runs.Exists(run => run.Status != RunStatus.Suspended))
        {
            test.Time.Advance(TimeSpan.FromSeconds(1));
            test.Settle();
        }

        foreach (var request in test.Runtime.Requests.Open) _ = test.Runtime.Requests.ApproveAsync(request.Id).AsTask();
        foreach (var run in runs) test.Finish(run);
        Assert.Equal([0, 1, 2, 3, 4], runs.Select(run => run.Value()));
        Assert.Equal(1, inside.Most);
        Assert.Equal(0, test.Runtime.Admission.Running);
    }

    [Fact]
    public void A_run_that_ends_while_it_queues_for_its_place_gives_it_back()
    {
        var test = new VirtualRun(configure: options => options.Scheduler.MaxConcurrentRuns = 1);
        var asking = test.Start(Asking(), 1);
        test.Settle();
        var blocking = test.Start(Flow.Start<int>("blocking").Then(test.Delay<int>("work", 1000)).Build(), 1);
        test.Settle();
        _ = test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id).AsTask();
        test.Settle();
        Assert.Equal(RunStatus.Running, asking.Status);
        _ = asking.CancelAsync();
        test.Finish(asking);
        Assert.Equal(RunStatus.Cancelled, asking.Status);
        test.Finish(blocking);
        Assert.Equal(0, test.Runtime.Admission.Running);
        var next = test.Start(Flow.Start<int>("next").Then("go", (x, _) => x).Build(), 7);
        test.Settle();
        Assert.Equal(7, next.Value());
    }

    [Fact]
    public async Task A_disposed_runtime_lets_go_of_suspended_runs()
    {
        var test = new VirtualRun();
        var flow = Flow.FromCode<int, int>("sleepy", async (x, ctx) =>
        {
            await ctx.AllAsync(c => c.ApproveAsync("boss", x), async c =>
            {
                await c.DelayAsync(TimeSpan.FromHours(1));
                return await c.RunAsync(Count(_executed), x);
            });
            return x;
        });
        var run = test.Start(flow, 1, new() { Deadline = TimeSpan.FromDays(1) });
        test.Settle();
        var request = test.Runtime.Requests.Open.Single();
        await test.Runtime.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await run);
        Assert.Equal(RunStatus.Suspended, run.Status);
        await Assert.ThrowsAsync<RequestNotOpenException>(async () => await test.Runtime.Requests.ApproveAsync(request.Id));
        test.Time.Advance(TimeSpan.FromDays(2));
        test.Settle();
        Assert.Empty(_executed);
        Assert.Equal(0, test.Time.ArmedTimers);
        Assert.Throws<ObjectDisposedException>(() => { _ = test.Runtime.RunAsync(flow, 1).AsTask(); });
    }

    [Fact]
    public async Task Disposing_cancels_what_executes_within_the_grace()
    {
        await using var runtime = new FlowRuntime(new() { CancellationGrace = TimeSpan.FromMilliseconds(50) });
        var started = new TaskCompletionSource();
        var run = await runtime.StartAsync(Flow.Start<int>("flow").Then("hang", async Task<int> (x, ctx) =>
        {
            started.SetResult();
            await new TaskCompletionSource().Task;
            return x;
        }).Build(), 1);
        await started.Task.WaitAsync(HangGuard.Limit);
        await runtime.DisposeAsync().AsTask().WaitAsync(HangGuard.Limit);
        Assert.Equal(RunStatus.Cancelled, run.Status);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (FlowRun<int> Run, WeakReference Held) StartHolding(VirtualRun test)
    {
        WeakReference? held = null;
        var run = test.Start(Flow.FromCode<int, int>("holding", async (x, ctx) =>
        {
            var large = new byte[1000];
            held ??= new WeakReference(large);
            await ctx.AllAsync(c => c.ApproveAsync("boss", x), async c =>
            {
                await c.DelayAsync(TimeSpan.FromDays(1));
                return large.Length;
            });
            return large.Length;
        }), 1);
        test.Settle();
        return (run, held!);
    }

    private Flow<int, int> Asking() => Flow.FromCode<int, int>("asking", async (x, ctx) =>
    {
        x = await ctx.RunAsync(Count(_executed), x);
        return (await ctx.ApproveAsync("boss", x)).IsApproved ? await ctx.RunAsync(Count(_executed), x) : 0;
    });

    private static void Answer(VirtualRun test, bool isApproved)
    {
        var request = test.Runtime.Requests.Open.Single();
        var answer = isApproved ? test.Runtime.Requests.ApproveAsync(request.Id) : test.Runtime.Requests.RejectAsync(request.Id, "no");
        Assert.True(answer.IsCompletedSuccessfully);
        test.Settle();
    }
}
