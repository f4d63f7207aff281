using AgentFlow.Approvals;

namespace AgentFlow.Testing.Tests.Runs;

public sealed class StuckRunTests
{
    private static readonly Flow<int, string> Approval = Flow.FromCode<int, string>("claims", async (amount, context) =>
    {
        var doubled = await context.RunAsync(Step.Create<int, int>("assess", (x, _) => x * 2), amount);
        var decision = await context.ApproveAsync("adjuster", doubled, "Pay this?");
        return decision.Outcome.ToString();
    });

    [Fact]
    public async Task A_request_without_an_answer_fails_the_run_and_says_what_to_script()
    {
        await using var host = new FlowTestHost();
        host.Answers.Approve("adjustor");

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.RunAsync(Approval, 21)).Soon();

        Assert.Contains("'claims' cannot go on", failure.Message);
        Assert.Contains("waits for an answer to 'adjuster' at 'claims/adjuster': \"Pay this?\", about 42", failure.Message);
        Assert.Contains("Script the answer: host.Answers.Approve(\"adjuster\")", failure.Message);
        Assert.Contains("fit no request:\n    approve 'adjustor'", failure.Message);
        Assert.Contains("executed   claims/assess    42", failure.Message);
        Assert.Equal(RunStatus.Suspended, host.LastRun.Status);
    }

    [Fact]
    public async Task A_question_without_an_answer_names_the_type_of_the_answer()
    {
        await using var host = new FlowTestHost();
        var flow = Flow.FromCode<int, decimal>("ask", (_, context) => context.AskAsync("amount", new Question<decimal>("How much?")));

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.RunAsync(flow, 0)).Soon();

        Assert.Contains("host.Answers.Answer(\"amount\", …), a decimal", failure.Message);
    }

    [Fact]
    public async Task A_timer_beside_an_unanswered_request_goes_on()
    {
        await using var host = new FlowTestHost();
        var flow = Flow.FromCode<int, int>("escalate", async (_, context) => (await context.AnyAsync<int>(
            async branch =>
            {
                await branch.ApproveAsync("boss", 1);
                return 1;
            },
            async branch =>
            {
                await branch.DelayAsync(TimeSpan.FromDays(2));
                return 2;
            })).Value);

        Assert.Equal(2, await host.RunAsync(flow, 0).Soon());

        Assert.Equal(TimeSpan.FromDays(2), host.Elapsed);
    }

    [Fact]
    public async Task A_body_that_never_returns_is_named()
    {
        await using var host = new FlowTestHost(o => o.RealTimePatience = o.RealTimeLimit = TimeSpan.FromMilliseconds(20));
        var never = new TaskCompletionSource<int>();
        var flow = Bodies.Both("pair", Step.Create<int, int>("never", (_, _) => new ValueTask<int>(never.Task)), Bodies.Sleep("short", 5));

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.RunAsync(flow, 0)).Soon();

        Assert.Contains("waits for 'pair/all/0/never', whose body has not returned", failure.Message);
        Assert.DoesNotContain("'pair/all/1/short', whose", failure.Message);
    }

    [Fact]
    public async Task A_flow_that_awaits_something_foreign_is_told_so()
    {
        await using var host = new FlowTestHost(o => o.RealTimePatience = o.RealTimeLimit = TimeSpan.FromMilliseconds(20));
        var never = new TaskCompletionSource<int>();
        var flow = Flow.FromCode<int, int>("foreign", async (_, _) => await never.Task);

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(() => host.RunAsync(flow, 0)).Soon();

        Assert.Contains("awaits something that does not come from its FlowContext", failure.Message);
    }

    [Fact]
    public async Task A_timer_that_comes_back_for_ever_does_not_keep_a_stuck_run_alive()
    {
        await using var host = new FlowTestHost();
        await using var cleaning = host.Time.CreateTimer(static _ => { }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<FlowAssertionException>(() => host.RunAsync(Approval, 1)).Soon();
    }

    [Fact]
    public async Task A_run_without_a_place_is_told_so()
    {
        await using var host = new FlowTestHost(o => o.Runtime.Scheduler.MaxConcurrentRuns = 1);
        var gate = new TaskCompletionSource<int>();
        await host.StartAsync(Step.Create<int, int>("hold", (_, _) => new ValueTask<int>(gate.Task)), 0).Soon();
        var second = host.StartAsync(Approval, 1);

        gate.SetResult(1);

        var failure = await Assert.ThrowsAsync<FlowAssertionException>(async () => await host.DriveAsync(await second)).Soon();
        Assert.Contains("'adjuster'", failure.Message);
    }

    [Fact]
    public async Task A_run_of_another_runtime_is_refused()
    {
        await using var host = new FlowTestHost();
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Bodies.Chain("x"), 0);

        await Assert.ThrowsAsync<ArgumentException>(() => host.DriveAsync(run)).Soon();
    }
}
