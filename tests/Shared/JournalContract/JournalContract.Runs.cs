using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

/// <content>The store under a runtime.</content>
public abstract partial class JournalContract
{
    private int _charged;

    [Fact]
    public async Task A_run_is_kept_from_its_start_to_its_end()
    {
        await using var runtime = NewRuntime();
        Assert.Equal(3, await runtime.RunAsync(Refund(), 1, new() { Id = "r" }));
        var kinds = (await ReadAsync("r")).Select(entry => entry.Kind).ToList();
        Assert.Equal((JournalEntryKind.RunStarted, JournalEntryKind.RunCompleted), (kinds[0], kinds[^1]));
        Assert.Contains(JournalEntryKind.EffectIntended, kinds);
    }

    [Fact]
    public async Task An_ended_run_yields_its_result_in_the_next_process()
    {
        await using (var first = NewRuntime()) await first.RunAsync(Refund(), 1, new() { Id = "r" });
        await ReopenAsync();
        await using var second = NewRuntime();
        Assert.Equal(3, await second.RunAsync(Refund(), 1, new() { Id = "r" }));
        Assert.Equal(1, _charged);
    }

    [Fact]
    public async Task A_run_that_waits_for_a_human_is_answered_in_the_next_process()
    {
        await using (var first = NewRuntime())
        {
            await first.StartAsync(Refund(), 500, new() { Id = "r" });
            await UntilAsync(async () => (await ListAsync()) is [{ Last: JournalEntryKind.RunSuspended }]);
        }

        await ReopenAsync();
        await using var second = NewRuntime();
        Assert.Equal([Id("r")], (await second.RecoverAsync()).Suspended);
        await second.Requests.ApproveAsync(Assert.Single(second.Requests.Open).Id);
        Assert.Equal(1001, await (await second.GetRunAsync<int>(Id("r")))!.Result.WaitAsync(Hang));
        Assert.Equal(1, _charged);
    }

    [Fact]
    public async Task A_run_whose_process_ended_goes_on_in_the_next_one_without_repeating_anything()
    {
        using var reached = new SemaphoreSlim(0);
        var (first, second, third) = (0, 0, 0);
        Flow<int, int> Chain(bool blocks) => Flow.Start<int>("chain")
            .Then("first", (x, _) => x + Interlocked.Increment(ref first))
            .Then("second", async ValueTask<int> (x, ctx) =>
            {
                if (Interlocked.Increment(ref second) == 1 && blocks)
                {
                    reached.Release();
                    await Task.Delay(Timeout.Infinite, ctx.CancellationToken);
                }

                return x + 10;
            })
            .Then("third", (x, _) => x + (Interlocked.Increment(ref third) * 100))
            .Build();
        await using (var runtime = new FlowRuntime(new() { Journal = Journal }))
        {
            await runtime.StartAsync(Chain(blocks: true), 0, new() { Id = "r" });
            Assert.True(await reached.WaitAsync(Hang));
        }

        await ReopenAsync();
        await using var next = new FlowRuntime(new() { Journal = Journal, KeepEndedRuns = 1 });
        next.Steps.Add(Chain(blocks: false));
        Assert.Equal([Id("r")], (await next.RecoverAsync()).Resumed);
        Assert.Equal(111, await (await next.GetRunAsync<int>(Id("r")))!.Result.WaitAsync(Hang));
        Assert.Equal((1, 2, 1), (first, second, third));
    }

    [Fact]
    public async Task A_runtime_that_was_replaced_writes_nothing_more()
    {
        using var release = new SemaphoreSlim(0);
        using var reached = new SemaphoreSlim(0);
        var flow = Flow.Start<int>("slow").Then("wait", async ValueTask<int> (x, _) =>
        {
            reached.Release();
            await release.WaitAsync();
            return x;
        }).Then("after", (x, _) => x + Interlocked.Increment(ref _charged)).Build();
        await using var zombie = new FlowRuntime(new() { Journal = Journal });
        var run = await zombie.StartAsync(flow, 1, new() { Id = "r" });
        Assert.True(await reached.WaitAsync(Hang));

        // Somebody else takes the run over and ends it.
        var length = await LengthAsync("r");
        await AppendAsync("r", 7, Entry(length + 1, kind: JournalEntryKind.RunCancelled));
        release.Release();

        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result.WaitAsync(Hang));
        Assert.IsType<JournalFencedException>(failure.InnerException);
        Assert.Equal((length + 1, 0), (await LengthAsync("r"), _charged));
    }

    [Fact]
    public async Task A_failed_run_tells_the_next_process_why()
    {
        var flow = Flow.Start<int>("broken").Then("fail", (x, _) => x > 0 ? throw new InvalidOperationException("no way") : x).Build();
        await using (var first = new FlowRuntime(new() { Journal = Journal })) await Assert.ThrowsAsync<FlowRunFailedException>(async () => await first.RunAsync(flow, 1, new() { Id = "r" }));
        await ReopenAsync();
        await using var second = new FlowRuntime(new() { Journal = Journal });
        second.Steps.Add(flow);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await (await second.GetRunAsync<int>(Id("r")))!);
        Assert.Equal(("broken/fail", typeof(InvalidOperationException).FullName), (failure.Path.ToString(), failure.ErrorType));
    }

    private FlowRuntime NewRuntime()
    {
        var runtime = new FlowRuntime(new() { Journal = Journal, SuspendLinger = TimeSpan.Zero });
        runtime.Steps.Add(Refund());
        return runtime;
    }

    private Flow<int, int> Refund() => Flow.Start<int>("refund")
        .Then("load", (x, _) => x * 2)
        .Approve("boss", when: x => x > 100)
        .Then("charge", (x, _) => x + Interlocked.Increment(ref _charged), o => o.Effect(EffectClass.Irreversible))
        .Build();

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var hang = new CancellationTokenSource(Hang);
        while (!await condition())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
