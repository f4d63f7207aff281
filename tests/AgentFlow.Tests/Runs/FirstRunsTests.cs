using AgentFlow.Journaling;

namespace AgentFlow.Tests.Runs;

public class FirstRunsTests
{
    private static readonly Step<int, int> Double = Step.Create<int, int>("double", (x, _) => x * 2);

    [Fact]
    public async Task A_pipeline_runs_and_records_each_effect()
    {
        var flow = Flow.Start<int>("numbers").Then(Double).Then("add", (x, _) => x + 1).Then(Double).Build();
        await using var runtime = new FlowRuntime();
        Assert.Equal(22, await runtime.RunAsync(flow, 5));
        var run = await runtime.StartAsync(flow, 7);
        Assert.Equal(30, await run);
        Assert.Equal(["numbers", "numbers/double", "numbers/add", "numbers/double#2", "numbers"], run.Entries.Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task Asynchronous_bodies_and_code_flows()
    {
        var slow = Step.Create<int, int>("slow", async ValueTask<int> (x, ctx) => { await Task.Yield(); return x + 1; });
        var flow = Flow.FromCode<int, int>("code", async (x, ctx) =>
        {
            var all = await ctx.AllAsync<int>(c => c.RunAsync(slow, x), c => c.RunAsync(slow, x + 1));
            var each = await ctx.ForEachAsync(Enumerable.Range(0, 20), 4, (i, c) => c.RunAsync(slow, i));
            var any = await ctx.AnyAsync<int>(c => c.RunAsync(slow, 100), c => c.RunAsync(slow, 200));
            return all.Sum() + each.Sum() + (any.Value > 0 ? 1 : 0);
        });
        await using var runtime = new FlowRuntime();
        Assert.Equal(5 + 6 + 210 + 1, await runtime.RunAsync(flow, 4));
    }

    [Fact]
    public async Task An_approval_suspends_and_continues_after_unloading()
    {
        var calls = 0;
        var flow = Flow.FromCode<int, string>("ask", async (x, ctx) =>
        {
            var doubled = await ctx.RunAsync(Step.Create<int, int>("count", (v, _) => { calls++; return v * 2; }), x);
            var decision = await ctx.ApproveAsync("boss", doubled);
            return $"{decision.Outcome} {doubled}";
        });
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var run = await runtime.StartAsync(flow, 4);
        while (run.Status != RunStatus.Suspended) await Task.Yield();
        var request = Assert.Single(runtime.Requests.Open);
        Assert.Equal(8, request.Value);
        await runtime.Requests.ApproveAsync(request.Id, by: "boss");
        Assert.Equal("Approved 8", await run.Result.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, calls);
        Assert.Contains(run.Entries, entry => entry.Kind == JournalEntryKind.RunResumed);
    }

    [Fact]
    public async Task Failures_and_cancellation()
    {
        await using var runtime = new FlowRuntime();
        var bad = Flow.Start<int>("bad").Then("boom", (int x, StepContext _) => x > 0 ? throw new InvalidOperationException("no") : x).Build();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(bad, 1));
        Assert.Equal("bad/boom", error.Path.ToString());
        Assert.Equal("System.InvalidOperationException", error.ErrorType);
        var wait = Flow.Start<int>("wait").Then("hang", async Task<int> (x, ctx) => { await Task.Delay(-1, ctx.CancellationToken); return x; }).Build();
        var run = await runtime.StartAsync(wait, 1);
        await run.CancelAsync("enough").WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(RunStatus.Cancelled, run.Status);
        await Assert.ThrowsAsync<FlowRunCancelledException>(async () => await run);
    }
}
