using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Journaling.Durable;

namespace AgentFlow.Tests.Signals;

/// <summary>Signals survive the process that took them.</summary>
public sealed class DurableSignalTests
{
    private readonly InProcessJournal _journal = new();
    private readonly VirtualTimeProvider _time = new();
    private int _shipped;

    public sealed record Payment(string Invoice, decimal Amount);

    private Flow<int, string> Order => field ??= Flow.FromCode<int, string>("order", async (x, ctx) =>
    {
        var payment = await ctx.WaitForAsync<Payment>("paid", TimeSpan.FromDays(30));
        await ctx.RunAsync(Ship, x);
        return $"{payment.Amount} {await ctx.WaitForAsync<string>("received")}";
    });

    private Step<int, int> Ship => field ??= Step.Create<int, int>("ship", (x, _) =>
    {
        _shipped++;
        return x;
    });

    [Fact]
    public async Task A_dormant_run_takes_a_signal_in_the_next_process()
    {
        await using (var first = Open())
        {
            await first.StartAsync(Order, 1, new() { Id = "o-1" });
            await Eventually.Holds(() => first.Dormant.Count == 1);
        }

        await using (var second = Open())
        {
            Assert.Single((await second.RecoverAsync()).Suspended);
            Assert.Equal(0, _shipped);
            await second.SignalAsync(RunId.Parse("o-1"), "paid", new Payment("i-1", 12), new() { Key = "e-1", By = "bank" });
            await Eventually.Holds(() => second.Dormant.Count == 1);
        }

        await using var third = Open();
        await third.RecoverAsync();
        Assert.False(await third.SignalAsync(RunId.Parse("o-1"), "paid", new Payment("i-1", 12), new() { Key = "e-1" }));
        await third.SignalAsync(RunId.Parse("o-1"), "received", "thanks");
        Assert.Equal("12 thanks", await ResultOf(third));
        Assert.Equal(1, _shipped);
        Assert.False(await third.SignalAsync(RunId.Parse("o-1"), "paid", new Payment("i-1", 12), new() { Key = "e-1" }));
        await Assert.ThrowsAsync<RunEndedException>(async () => await third.SignalAsync(RunId.Parse("o-1"), "paid", new Payment("i-1", 12), new() { Key = "e-2" }));
    }

    [Fact]
    public async Task What_a_dormant_run_does_not_wait_for_yet_is_kept_and_the_run_goes_back_to_sleep()
    {
        await using (var first = Open())
        {
            await first.StartAsync(Order, 1, new() { Id = "o-1" });
            await Eventually.Holds(() => first.Dormant.Count == 1);
            await first.SignalAsync(RunId.Parse("o-1"), "received", "early");
            await Eventually.Holds(() => first.Dormant.Count == 1);
        }

        await using var second = Open();
        Assert.Single((await second.RecoverAsync()).Suspended);
        await second.SignalAsync(RunId.Parse("o-1"), "received", "later");
        await second.SignalAsync(RunId.Parse("o-1"), "paid", JsonSerializer.SerializeToElement(new Payment("i-1", 3)));
        Assert.Equal("3 early", await ResultOf(second));
    }

    [Fact]
    public async Task Whoever_signals_a_dormant_run_learns_that_the_value_does_not_fit()
    {
        await using (var first = Open())
        {
            await first.StartAsync(Order, 1, new() { Id = "o-1" });
            await Eventually.Holds(() => first.Dormant.Count == 1);
        }

        await using var second = Open();
        await second.RecoverAsync();
        await Assert.ThrowsAsync<SignalMismatchException>(async () => await second.SignalAsync(RunId.Parse("o-1"), "paid", "twelve"));
        await second.SignalAsync(RunId.Parse("o-1"), "paid", new Payment("i-1", 3));
        await second.SignalAsync(RunId.Parse("o-1"), "received", "yes");
        Assert.Equal("3 yes", await ResultOf(second));
    }

    [Fact]
    public async Task A_signal_reaches_a_run_that_nobody_has_recovered()
    {
        await using (var first = Open())
        {
            await first.StartAsync(Order, 1, new() { Id = "o-1" });
            await Eventually.Holds(() => first.Dormant.Count == 1);
        }

        await using var second = Open();
        await second.SignalAsync(RunId.Parse("o-1"), "paid", new Payment("i-1", 3));
        await second.SignalAsync(RunId.Parse("o-1"), "received", "yes");
        Assert.Equal("3 yes", await ResultOf(second));

        await using var stranger = new FlowRuntime(new() { Journal = _journal });
        await Assert.ThrowsAsync<RunNotFoundException>(async () => await stranger.SignalAsync(RunId.Parse("o-2"), "paid"));
    }

    [Fact]
    public async Task A_run_whose_flow_is_not_registered_says_so()
    {
        await using (var first = Open())
        {
            await first.StartAsync(Order, 1, new() { Id = "o-1" });
            await Eventually.Holds(() => first.Dormant.Count == 1);
        }

        await using var second = new FlowRuntime(new() { Journal = _journal });
        Assert.Contains("not registered", (await Assert.ThrowsAsync<RunHeldException>(async () => await second.SignalAsync(RunId.Parse("o-1"), "paid"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_timeout_of_a_dormant_wait_comes_in_another_process()
    {
        await using (var first = Open())
        {
            await first.StartAsync(Order, 1, new() { Id = "o-1" });
            await Eventually.Holds(() => first.Dormant.Count == 1);
        }

        await using var second = Open();
        await second.RecoverAsync();
        _time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(1, second.Dormant.Count);
        _time.Advance(TimeSpan.FromDays(1));
        await Eventually.Holds(() => second.ActiveRuns == 0);
        Assert.Equal(SignalTimeoutException.Type, (await Assert.ThrowsAsync<FlowRunFailedException>(() => ResultOf(second))).ErrorType);
    }

    [Fact]
    public async Task A_signal_for_a_queued_run_is_kept_until_it_starts()
    {
        await using var runtime = Open(o => o.Scheduler.MaxConcurrentRuns = 1);
        var gate = new TaskCompletionSource();
        var blocker = await runtime.StartAsync(Flow.Start<int>("blocker").Then("wait", async ValueTask<int> (x, _) =>
        {
            await gate.Task;
            return x;
        }).Build(), 1);
        var run = await runtime.StartAsync(Order, 1, new() { Id = "o-1" });
        Assert.Equal(RunStatus.Queued, run.Status);
        await runtime.SignalAsync(run.Id, "paid", new Payment("i-1", 3));
        await runtime.SignalAsync(run.Id, "received", "yes");
        gate.SetResult();
        Assert.Equal("3 yes", await run.Result.Soon());
        await blocker.Result.Soon();
    }

    [Fact]
    public async Task A_signal_is_durable_when_its_sender_is_told_so()
    {
        await using var runtime = Open();
        await runtime.StartAsync(Order, 1, new() { Id = "o-1" });
        await Eventually.Holds(() => runtime.Dormant.Count == 1);
        await runtime.SignalAsync(RunId.Parse("o-1"), "received", "yes");
        var stored = await _journal.ReadAsync(RunId.Parse("o-1"), 0, CancellationToken.None);
        Assert.Single(stored, entry => entry.Kind == JournalEntryKind.SignalReceived);

        _journal.FailFrom = 0;
        await Assert.ThrowsAnyAsync<JournalException>(async () => await runtime.SignalAsync(RunId.Parse("o-1"), "paid", new Payment("i-1", 3)));
    }

    [Fact]
    public async Task Senders_and_retirement_meet_at_any_moment()
    {
        const int Signals = 200;
        var flow = Flow.FromCode<int, long>("sum", async (count, ctx) =>
        {
            long sum = 0;
            for (var i = 0; i < count; i++) sum += await ctx.WaitForAsync<int>("part");
            return sum;
        });
        await using var runtime = Open();
        runtime.Steps.Add(flow);
        await runtime.StartAsync(flow, Signals, new() { Id = "s-1" });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(sender => Task.Run(async () =>
        {
            for (var i = sender; i < Signals; i += 4)
            {
                await runtime.SignalAsync(RunId.Parse("s-1"), "part", i);
                if (i % 16 == sender) GC.Collect();
            }
        }))).Soon();
        Assert.Equal(Signals * (Signals - 1) / 2, await (await runtime.GetRunAsync<long>(RunId.Parse("s-1")))!.Result.Soon());
    }

    private static async Task<string> ResultOf(FlowRuntime runtime) => await (await runtime.GetRunAsync<string>(RunId.Parse("o-1")))!.Result.Soon();

    private FlowRuntime Open(Action<FlowRuntimeOptions>? configure = null)
    {
        var options = new FlowRuntimeOptions { Journal = _journal, Time = _time, SuspendLinger = TimeSpan.Zero };
        configure?.Invoke(options);
        var runtime = new FlowRuntime(options);
        runtime.Steps.Add(Order);
        return runtime;
    }
}
