using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Scheduling;
using AgentFlow.Testing;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>Suspended runs of a durable journal are not in memory, and come back for their answer, date or reader.</summary>
public sealed class DormancyTests
{
    private readonly InProcessJournal _journal = new();
    private readonly VirtualTimeProvider _time = new();
    private int _charged;

    private Flow<int, int> Refund => field ??= Flow.Start<int>("refund")
        .Then("load", (x, _) => x * 2)
        .Approve("boss")
        .Then("charge", (x, _) => x + Interlocked.Increment(ref _charged))
        .Build();

    [Fact]
    public async Task A_run_that_waits_leaves_the_memory_and_comes_back_for_its_answer()
    {
        await using var runtime = Open(TimeSpan.Zero);
        var handle = await StartAndForgetAsync(runtime, "r-1");
        await Until(() => runtime.Dormant.Count == 1);

        Collect(handle);
        Assert.False(handle.IsAlive);
        Assert.Empty(runtime.Runs);
        Assert.Equal(1, runtime.ActiveRuns);
        var request = Assert.Single(runtime.Requests.Open);
        Assert.Equal((1, "refund", "boss", 10), (runtime.Requests.Count, request.Flow, request.Name, ((JsonElement)request.Value!).GetInt32()));
        await runtime.Requests.ModifyAsync(request.Id, 30, by: "ann");

        var run = (await runtime.GetRunAsync<int>(RunId.Parse("r-1")))!;
        Assert.Equal(31, await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Empty(runtime.Requests.Open);
        await Assert.ThrowsAsync<RequestAlreadyResolvedException>(async () => await runtime.Requests.ApproveAsync(request.Id));
    }

    [Fact]
    public void A_run_that_is_woken_again_and_again_leaves_no_dates_behind()
    {
        var woken = new List<string>();
        using var dormant = new DormantRuns(_time, WorkDispatcher.ThreadPool, id => woken.Add(id.ToString()));
        var wait = new PendingWait(WaitKind.Date, StepPath.Root("flow"), _time.GetUtcNow().AddDays(30));
        for (var i = 0; i < 20_000; i++)
        {
            var id = RunId.Parse($"r-{i % 10}");
            dormant.Add(new(id, "flow", [wait], 1, null));
            if (id.ToString() != "r-3" || i < 19_990) dormant.TryRemove(id, out _);
        }

        Assert.InRange(dormant.Dates, 1, 1_000);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Contains("r-3", woken);
    }

    [Fact]
    public async Task Whoever_holds_the_handle_gets_the_result_from_it()
    {
        await using var runtime = Open(TimeSpan.Zero);
        var run = await runtime.StartAsync(Refund, 5, new() { Id = "r-1" });
        await Until(() => runtime.Dormant.Count == 1);

        Assert.Equal(10, Assert.Single(runtime.Requests.Open).Value);
        await runtime.Requests.ApproveAsync("r-1/refund/boss");

        Assert.Equal(11, await run.Result.WaitAsync(HangGuard.Limit));
        Assert.DoesNotContain(run.Entries, entry => entry is RunStatusEntry { Reason: "recovered" });
    }

    [Fact]
    public async Task Whoever_awaits_the_result_keeps_the_run()
    {
        await using var runtime = Open(TimeSpan.Zero);
        var result = runtime.RunAsync(Refund, 5, new() { Id = "r-1" }).AsTask();
        await Until(() => runtime.Requests.Count == 1 && runtime.Runs.All(run => run.Status == RunStatus.Suspended));
        GC.Collect();
        Assert.Equal(0, runtime.Dormant.Count);

        await runtime.Requests.ApproveAsync("r-1/refund/boss");

        Assert.Equal(11, await result.WaitAsync(HangGuard.Limit));
    }

    [Fact]
    public async Task A_dormant_run_is_cancelled_through_its_handle()
    {
        await using var runtime = Open(TimeSpan.Zero);
        var run = await runtime.StartAsync(Refund, 5, new() { Id = "r-1" });
        await Until(() => runtime.Dormant.Count == 1);

        await run.CancelAsync("changed my mind").WaitAsync(HangGuard.Limit);

        Assert.Equal((RunStatus.Cancelled, 0, 0), (run.Status, runtime.Dormant.Count, runtime.Requests.Count));
    }

    [Fact]
    public async Task A_date_wakes_a_run_of_an_earlier_process()
    {
        var flow = Flow.FromCode<int, int>("later", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromDays(60));
            return x + 1;
        });
        await using (var first = Open(TimeSpan.Zero, flow))
        {
            await first.StartAsync(flow, 1, new() { Id = "l-1" });
            await Until(() => first.Dormant.Count == 1);
        }

        await using var second = Open(TimeSpan.Zero, flow);
        Assert.Equal(RunId.Parse("l-1"), Assert.Single((await second.RecoverAsync()).Suspended));
        _time.Advance(TimeSpan.FromDays(59));
        Assert.Equal(1, second.Dormant.Count);
        _time.Advance(TimeSpan.FromDays(1));

        await Until(() => second.ActiveRuns == 0);
        Assert.Equal(2, await (await second.GetRunAsync<int>(RunId.Parse("l-1")))!);
    }

    [Fact]
    public async Task A_deadline_ends_a_dormant_run_and_counts_from_the_start()
    {
        await using (var first = Open(TimeSpan.Zero))
        {
            await first.StartAsync(Refund, 1, new() { Id = "r-1", Deadline = TimeSpan.FromHours(3) });
            await Until(() => first.Dormant.Count == 1);
        }

        _time.Advance(TimeSpan.FromHours(2));
        await using var second = Open(TimeSpan.Zero);
        await second.RecoverAsync();
        _time.Advance(TimeSpan.FromHours(1));

        await Until(() => second.ActiveRuns == 0);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await (await second.GetRunAsync<int>(RunId.Parse("r-1")))!);
        Assert.Equal("DeadlineExceeded", failure.ErrorType);
    }

    [Fact]
    public async Task An_id_means_the_same_run_after_a_restart()
    {
        RunOptions options = new() { Id = "r-1" };
        await using (var first = Open(TimeSpan.Zero))
        {
            await first.StartAsync(Refund, 5, options);
            await Until(() => first.Requests.Count == 1);
        }

        await using (var second = Open(TimeSpan.Zero))
        {
            // Nobody has recovered anything: asking for the run is enough.
            var run = await second.StartAsync(Refund, 5, options);
            await Until(() => second.Requests.Count == 1);
            await second.Requests.ApproveAsync("r-1/refund/boss");
            Assert.Equal(11, await run.Result.WaitAsync(HangGuard.Limit));
        }

        await using var third = Open(TimeSpan.Zero);
        Assert.Equal(11, await third.RunAsync(Refund, 5, options));
        Assert.Equal(1, _charged);
    }

    [Fact]
    public async Task An_ended_run_is_read_with_its_outcome()
    {
        var broken = Flow.Start<int>("broken").Then("fail", (x, _) => x > 0 ? throw new InvalidOperationException("no: way") : x).Build();
        FlowRunFailedException live;
        await using (var first = Open(TimeSpan.Zero, broken))
        {
            live = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await first.RunAsync(broken, 1, new() { Id = "b-1" }));
            var cancelled = await first.StartAsync(Refund, 1, new() { Id = "c-1" });
            await cancelled.CancelAsync("enough");
        }

        await using var second = Open(TimeSpan.Zero, broken);
        var stored = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await (await second.GetRunAsync<int>(RunId.Parse("b-1")))!);
        Assert.Equal((live.Message, live.Path, live.ErrorType), (stored.Message, stored.Path, stored.ErrorType));
        var run = (await second.GetRunAsync(RunId.Parse("c-1")))!;
        Assert.Equal((RunStatus.Cancelled, "enough"), (run.Status, run.StatusReason));
        Assert.Null(await second.GetRunAsync(RunId.Parse("nobody")));
    }

    [Fact]
    public async Task A_newer_version_takes_over_what_it_declares()
    {
        await using (var first = Open(TimeSpan.Zero))
        {
            await first.StartAsync(Refund, 5, new() { Id = "r-1" });
            await Until(() => first.Dormant.Count == 1);
        }

        var other = Flow.Start<int>("refund").Version(2).Then("load", (x, _) => x * 2).Build();
        await using (var second = new FlowRuntime(new() { Journal = _journal }))
        {
            second.Steps.Add(other);
            Assert.Contains("version 1 is not registered", Assert.Single((await second.RecoverAsync()).Held).Reason, StringComparison.Ordinal);
        }

        var newer = Flow.Start<int>("refund").Version(3, resumes: 1).Then("load", (x, _) => x * 2).Approve("boss").Then("charge", (x, _) => x + 100).Then("thank", (x, _) => x + 1000).Build();
        await using var third = new FlowRuntime(new() { Journal = _journal });
        third.Steps.Add(other).Add(newer);
        Assert.Single((await third.RecoverAsync()).Suspended);
        await third.Requests.ApproveAsync("r-1/refund/boss");
        Assert.Equal(1110, await (await third.GetRunAsync<int>(RunId.Parse("r-1")))!);
    }

    [Fact]
    public async Task A_refused_act_leaves_a_run_as_dormant_as_it_was()
    {
        await using (var first = Open(TimeSpan.Zero))
        {
            await first.StartAsync(Refund, 5, new() { Id = "r-1" });
            await Until(() => first.Dormant.Count == 1);
        }

        await using (var second = new FlowRuntime(new() { Journal = _journal, Time = _time, SuspendLinger = TimeSpan.Zero, Policies = { new NobodyAnswers() } }))
        {
            second.Steps.Add(Refund);
            await second.RecoverAsync();
            await Assert.ThrowsAsync<PolicyDeniedException>(async () => await second.Requests.ApproveAsync("r-1/refund/boss"));
        }

        await using var third = Open(TimeSpan.Zero);
        Assert.Single((await third.RecoverAsync()).Suspended);
    }

    private sealed class NobodyAnswers : IPolicy
    {
        public string Name => "nobody-answers";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => operation == PolicyOperation.AnswerRequest && phase == PolicyPhase.Request;

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) => new(PolicyDecision.Deny("not today"));
    }

    [Fact]
    public async Task Answers_and_retirement_meet_at_any_moment()
    {
        await using var runtime = Open(TimeSpan.Zero);
        const int Runs = 500;
        var starting = Task.Run(async () =>
        {
            for (var i = 0; i < Runs; i++) await runtime.StartAsync(Refund, i, new() { Id = $"r-{i}" });
        });
        var answers = 0;
        using var hang = new CancellationTokenSource(HangGuard.Limit);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref answers) < Runs)
            {
                hang.Token.ThrowIfCancellationRequested();
                foreach (var request in runtime.Requests.Open)
                {
                    try
                    {
                        await runtime.Requests.ApproveAsync(request.Id);
                        Interlocked.Increment(ref answers);
                    }
                    catch (RequestNotOpenException)
                    {
                        // Another one was faster.
                    }
                }
            }
        })));
        await starting;
        await Until(() => runtime.ActiveRuns == 0);
        Assert.Equal((Runs, Runs), (answers, _charged));
    }

    private FlowRuntime Open(TimeSpan linger, params Step[] flows)
    {
        var runtime = new FlowRuntime(new() { Journal = _journal, Time = _time, SuspendLinger = linger });
        foreach (var flow in flows.Append(Refund)) runtime.Steps.Add(flow);
        return runtime;
    }

    /// <summary>No frame of the caller keeps the run alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> StartAndForgetAsync(FlowRuntime runtime, string id) => new(await runtime.StartAsync(Refund, 5, new() { Id = id }));

    private static void Collect(WeakReference handle)
    {
        for (var i = 0; i < 10 && handle.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        using var hang = new CancellationTokenSource(HangGuard.Limit);
        while (!condition())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
