using AgentFlow.Policies;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Runs;

/// <summary>Whatever a body, a human or a caller does, the run alone bears it, and its end says so.</summary>
public class HostileEndsTests
{
    [Fact]
    public async Task An_exception_that_throws_when_it_is_asked_for_its_message_fails_the_run_alone()
    {
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<int>("f").Then("evil", async Task<int> (int _, StepContext _) =>
        {
            await Task.Yield();
            throw new EvilException();
        }).Build();
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1).AsTask().WaitAsync(HangGuard.Limit));
        Assert.Equal(typeof(EvilException).FullName, failed.ErrorType);
    }

    [Fact]
    public async Task Who_may_approve_little_cannot_raise_the_value_over_their_limit()
    {
        var options = new FlowRuntimeOptions();
        options.Policies.Add(new Limits());
        await using var runtime = new FlowRuntime(options);
        var flow = Flow.Start<int>("f").Then("pay", (int amount, StepContext _) => $"paid {amount}").Build();
        var run = await runtime.StartAsync(flow, 500);
        await RequestAsync(runtime, "clerk");
        await runtime.Requests.ModifyAsync(runtime.Requests.Open[0].Id, 1_000_000, by: People.WithRole("bob", "clerk"));
        await RequestAsync(runtime, "cfo");
        await runtime.Requests.RejectAsync(runtime.Requests.Open[0].Id, "no", by: People.WithRole("eve", "cfo"));
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(PolicyDeniedException.Type, failed.ErrorType);
    }

    [Fact]
    public async Task A_result_that_the_journal_cannot_keep_fails_the_run()
    {
        await using var runtime = new FlowRuntime(new() { Journal = new InProcessJournal(), MaxPayloadBytes = 1024 });
        var flow = Flow.Start<int>("f").Then("one", (x, _) => x).Map(_ => new string('x', 5000)).Build();
        var run = await runtime.StartAsync(flow, 1);
        await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public async Task Flow_code_that_swallows_its_cancellation_does_not_turn_it_into_a_result()
    {
        await using var runtime = new FlowRuntime();
        var started = new TaskCompletionSource();
        var wait = Step.Create<int, int>("wait", async Task<int> (int _, StepContext ctx) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, ctx.CancellationToken);
            return 1;
        });
        var flow = Flow.FromCode<int, int>("f", async (x, ctx) =>
        {
            try
            {
                return await ctx.RunAsync(wait, x);
            }
            catch (OperationCanceledException)
            {
                return -1;
            }
        });
        var run = await runtime.StartAsync(flow, 1);
        await started.Task.WaitAsync(HangGuard.Limit);
        await run.CancelAsync().WaitAsync(HangGuard.Limit);
        Assert.Equal(RunStatus.Cancelled, run.Status);
    }

    [Fact]
    public async Task Ids_and_deadlines_that_cannot_be_are_refused_where_they_are_given()
    {
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<int>("f").Map(x => x).Build();
        await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.RunAsync(flow, 1, new() { Id = "o-1/o" }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await runtime.RunAsync(flow, 1, new() { Deadline = TimeSpan.MaxValue }));
        Assert.Equal(0, runtime.ActiveRuns);
    }

    private static async Task RequestAsync(FlowRuntime runtime, string role)
    {
        using var hang = new CancellationTokenSource(HangGuard.Limit);
        while (runtime.Requests.Open is not [{ } request, ..] || request.Role != role)
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class EvilException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message for you");
    }

    private sealed class Limits : IPolicy
    {
        public string Name => "limits";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => operation == PolicyOperation.RunStep && phase == PolicyPhase.Request;

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) =>
            new(PolicyDecision.RequireApproval("payments need approval", request.Content.Value is > 1000 ? "cfo" : "clerk"));
    }
}
