using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Runs;

/// <summary>Operators pause and continue a run, and stand in for effects that wait.</summary>
public sealed class OperatingTests
{
    private static readonly Principal Ada = new("ada");
    private readonly InProcessJournal _journal = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Flow<int, string>? _held;
    private int _loaded;
    private int _paid;

    private Flow<int, string> Refund => field ??= Flow.Start<int>("refund")
        .Then("load", async Task<int> (x, _) =>
        {
            Interlocked.Increment(ref _loaded);
            await _gate.Task;
            return x * 2;
        })
        .Then("round", (int x, StepContext _) => x + 1)
        .Then("pay", (int x, StepContext _) => $"paid {x} {Interlocked.Increment(ref _paid)}", o => o.Effect(EffectClass.Irreversible))
        .Build();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_paused_run_finishes_what_runs_and_starts_nothing(bool isDurable, bool unloads)
    {
        await using var runtime = Open(isDurable, unloads);
        var run = await runtime.StartAsync(Refund, 10, new() { Id = "r-1" });
        await Eventually.Holds(() => _loaded == 1);

        await run.PauseAsync(Ada, "the bank is down");
        await run.PauseAsync(Ada, "twice changes nothing");
        Assert.True(run.IsPaused);
        _gate.SetResult();
        await SuspendedAsync(run);

        Assert.Contains("round", run.StatusReason, StringComparison.Ordinal);
        var wait = Assert.Single(run.Waits);
        Assert.Equal((WaitKind.Pause, "refund/round/(paused)", "round"), (wait.Kind, wait.Path.ToString(), wait.Name));
        Assert.Equal(["EffectCompleted refund/load"], Effects(run));

        await run.ContinueAsync(Ada, "it is back");
        Assert.Equal("paid 21 1", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal((1, 1), (_loaded, _paid));
        Assert.Equal(
            [(OperatorAct.Paused, "ada", "the bank is down"), (OperatorAct.Continued, "ada", "it is back")],
            run.Entries.OfType<OperatorActedEntry>().Select(entry => (entry.Act, entry.Actor.User, entry.Reason)));
    }

    [Fact]
    public async Task A_pause_survives_a_restart()
    {
        _gate.SetResult();
        var flow = Flow.Start<int>("refund").Approve("boss").Then("pay", (int x, StepContext _) => $"paid {x} {Interlocked.Increment(ref _paid)}").Build();
        await using (var first = Open(isDurable: true, unloads: true))
        {
            var run = await first.StartAsync(flow, 10, new() { Id = "r-1" });
            await SuspendedAsync(run);
            await run.PauseAsync(Ada, "an audit");
        }

        await using (var second = Open(isDurable: true, unloads: true, flow))
        {
            Assert.Single((await second.RecoverAsync()).Suspended);
            await second.Requests.ApproveAsync("r-1/refund/boss");
            var run = (await second.GetRunAsync<string>(RunId.Parse("r-1")))!;
            await SuspendedAsync(run);
            Assert.True(run.IsPaused);
        }

        await using var third = Open(isDurable: true, unloads: true, flow);
        Assert.Single((await third.RecoverAsync()).Suspended);
        Assert.Equal(0, _paid);
        var continued = (await third.GetRunAsync<string>(RunId.Parse("r-1")))!;
        await continued.ContinueAsync(Ada, "nothing was found");
        Assert.Equal("paid 10 1", await continued.Result.WaitAsync(HangGuard.Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_result_is_given_in_place_of_an_effect_that_waits(bool unloads)
    {
        _gate.SetResult();
        await using var runtime = Open(isDurable: true, unloads);
        var run = await PausedAsync(runtime);
        await run.SkipAsync(StepPath.Parse("held/refund/load"), Ada, "known");
        await SuspendedAsync(run, "round");
        var at = StepPath.Parse("held/refund/round");

        var wrong = await Assert.ThrowsAsync<OperatorException>(() => run.ReplaceResultAsync(at, "x", Ada, "why"));
        Assert.Contains("it yields a int, not a string", wrong.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OperatorException>(() => run.ReplaceResultAsync(StepPath.Parse("held/refund/pay"), "x", Ada, "why"));
        await run.ReplaceResultAsync(at, 7, Ada, "rounded by hand");
        await SuspendedAsync(run, "pay");
        Assert.Equal(["EffectCompleted held/refund/load", "EffectCompleted held/refund/round"], Effects(run));
        var nothing = await Assert.ThrowsAsync<OperatorException>(() => run.SkipAsync(StepPath.Parse("held/refund/pay"), Ada, "why"));
        Assert.Contains("ReplaceResultAsync", nothing.Message, StringComparison.Ordinal);
        await run.ReplaceResultAsync(StepPath.Parse("held/refund/pay"), "paid by cheque", Ada, "the bank is down");

        Assert.Equal("paid by cheque", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal((0, 0), (_loaded, _paid));
        await Assert.ThrowsAsync<OperatorException>(() => run.PauseAsync(Ada, "too late"));

        await using var later = Open(isDurable: true, unloads, _held);
        Assert.Equal("paid by cheque", await (await later.GetRunAsync<string>(run.Id))!);
    }

    [Fact]
    public async Task An_effect_that_waits_for_an_approval_is_stood_in_for_and_its_request_withdrawn()
    {
        await using var runtime = new FlowRuntime(new() { Policies = { new Judge(PolicyOperation.RunStep, PolicyDecision.RequireApproval("look")) } });
        var flow = Flow.Start<int>("refund").Then("pay", (int x, StepContext _) => $"paid {++_paid}").Build();
        var run = await runtime.StartAsync(flow, 10);
        await SuspendedAsync(run);

        await run.ReplaceResultAsync(StepPath.Parse("refund/pay"), "by hand", Ada, "no time");

        Assert.Equal("by hand", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal((0, 0), (runtime.Requests.Count, _paid));
        Assert.Equal(ApprovalOutcome.Withdrawn, run.Entries.OfType<RequestResolvedEntry>().Single().Decision.Outcome);
    }

    [Fact]
    public async Task A_policy_may_refuse_an_operator()
    {
        await using var runtime = new FlowRuntime(new() { Policies = { new Judge(PolicyOperation.OperateRun, PolicyDecision.Deny("not you")) } });
        var run = await runtime.StartAsync(Flow.Start<int>("refund").Approve("boss").Build(), 10);
        await SuspendedAsync(run);

        await Assert.ThrowsAsync<PolicyDeniedException>(() => run.PauseAsync(Ada, "why"));

        Assert.False(run.IsPaused);
        Assert.Empty(run.Entries.OfType<OperatorActedEntry>());
    }

    [Fact]
    public async Task A_paused_run_is_cancelled_as_any_other()
    {
        _gate.SetResult();
        await using var runtime = Open(isDurable: false, unloads: false);
        var run = await PausedAsync(runtime);
        await run.CancelAsync("enough").WaitAsync(HangGuard.Limit);
        Assert.Equal(RunStatus.Cancelled, run.Status);
    }

    [Fact]
    public async Task Many_branches_are_paused_and_continued_while_they_work()
    {
        var done = 0;
        var step = Step.Create<int, int>("work", async Task<int> (x, _) =>
        {
            await Task.Yield();
            Interlocked.Increment(ref done);
            return x;
        });
        var flow = Flow.Start<int>("many").ForEach(n => Enumerable.Range(0, n), step, maxParallel: 8).Map(results => results.Sum()).Build();
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        var run = await runtime.StartAsync(flow, 2_000);
        while (!run.Result.IsCompleted)
        {
            try
            {
                await run.PauseAsync(Ada, "stop");
                await SuspendedAsync(run);
                var seen = Volatile.Read(ref done);
                await Task.Yield();
                Assert.Equal(seen, Volatile.Read(ref done));
                await run.ContinueAsync(Ada, "go");
                while (Volatile.Read(ref done) == seen && !run.Result.IsCompleted) await Task.Yield();
            }
            catch (OperatorException)
            {
                // The run has ended meanwhile.
            }
        }

        Assert.Equal(1_999_000, await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(2_000, done);
    }

    private FlowRuntime Open(bool isDurable, bool unloads, Step? flow = null)
    {
        var runtime = new FlowRuntime(new() { Journal = isDurable ? _journal : null, SuspendLinger = unloads ? TimeSpan.Zero : TimeSpan.FromMinutes(5) });
        runtime.Steps.Add(flow ?? Refund);
        return runtime;
    }

    /// <summary>A run that is paused before its first effect.</summary>
    private async Task<FlowRun<string>> PausedAsync(FlowRuntime runtime)
    {
        _held = Flow.Start<int>("held").Approve("first").Then(Refund).Build();
        var run = await runtime.StartAsync(_held, 10, new() { Id = "h-1" });
        await SuspendedAsync(run);
        await run.PauseAsync(Ada, "look first");
        await runtime.Requests.ApproveAsync(Assert.Single(runtime.Requests.Open).Id);
        await SuspendedAsync(run, "load");
        return run;
    }

    private static Task SuspendedAsync(FlowRun run, string at = "") =>
        Eventually.Holds(() => run.IsTerminal || run.Status == RunStatus.Suspended && run.StatusReason?.Contains(at, StringComparison.Ordinal) == true);

    private static IEnumerable<string> Effects(FlowRun run) => run.Entries.Where(entry => entry is EffectCompletedEntry).Select(entry => $"{entry.Kind} {entry.Path}");

    private sealed class Judge(PolicyOperation operation, PolicyDecision decision) : IPolicy
    {
        public string Name => "judge";

        public bool Covers(PolicyOperation asked, PolicyPhase phase) => asked == operation && phase == PolicyPhase.Request;

        public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken) =>
            new(request.Facts.Approval is null ? decision : PolicyDecision.Allow);
    }
}
