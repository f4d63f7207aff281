using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Runs;

/// <summary>Id, principal, tags, deadline and limits of a run.</summary>
public class RunOptionsTests
{
    private int _executed;

    [Fact]
    public async Task The_same_id_is_the_same_run_while_it_executes_and_after_it_has_ended()
    {
        await using var runtime = new FlowRuntime();
        var gate = new TaskCompletionSource();
        var flow = Counting(_ => gate.Task);
        var first = await runtime.StartAsync(flow, 1, new() { Id = "claim-1" });
        Assert.Same(first, await runtime.StartAsync(flow, 1, new() { Id = "claim-1" }));
        var waiting = runtime.RunAsync(flow, 1, new() { Id = "claim-1" }).AsTask();
        Assert.False(waiting.IsCompleted);
        gate.SetResult();
        Assert.Equal(1, await waiting.WaitAsync(HangGuard.Limit));
        Assert.Equal(1, await runtime.RunAsync(flow, 1, new() { Id = "claim-1" }));
        var again = await runtime.StartAsync(flow, 1, new() { Id = "claim-1" });
        Assert.Equal((first.Id, RunStatus.Completed, 1), (again.Id, again.Status, await again));
        Assert.Equal(1, _executed);
        Assert.Equal("claim-1", first.Id.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_id_starts_once_from_a_hundred_threads_at_once(bool endsAtOnce)
    {
        await using var runtime = new FlowRuntime();
        var flow = Counting(_ => endsAtOnce ? Task.CompletedTask : Task.Run(() => { }));
        for (var round = 1; round <= 20; round++)
        {
            var id = $"run-{round}";
            using var start = new Barrier(100);
            var runs = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Factory.StartNew(
                async () =>
                {
                    start.SignalAndWait(HangGuard.Limit);
                    return i % 2 == 0 ? await await runtime.StartAsync(flow, round, new() { Id = id }) : await runtime.RunAsync(flow, round, new() { Id = id });
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())).WaitAsync(HangGuard.Limit);
            Assert.Single(runs.Distinct());
            Assert.Equal(round, _executed);
        }
    }

    [Fact]
    public async Task A_failed_run_stays_failed_under_its_id()
    {
        await using var runtime = new FlowRuntime();
        var flow = Counting(_ => throw new IOException("no"));
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1, new() { Id = "x" }));
        Assert.Equal(1, _executed);
    }

    [Fact]
    public async Task An_id_belongs_to_one_flow()
    {
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Counting(_ => Task.CompletedTask), 1, new() { Id = "x" });
        var other = Flow.Start<int>("other").Then("body", (x, _) => x).Build();
        var error = await Assert.ThrowsAsync<RunIdConflictException>(async () => await runtime.RunAsync(other, 1, new() { Id = "x" }));
        Assert.Equal((RunIdConflict.Flow, "flow flow: int → int", "flow other: int → int"), (error.Conflict, error.Known, error.Asked));
        Assert.Contains("belongs to a run of flow flow: int → int; flow other: int → int needs an id of its own", error.Message, StringComparison.Ordinal);
        var text = Flow.Start<int>("flow").Then("body", (x, _) => $"{x}").Build();
        await Assert.ThrowsAsync<RunIdConflictException>(async () => await runtime.RunAsync(text, 1, new() { Id = "x" }));
    }

    [Fact]
    public async Task As_many_named_runs_as_configured_are_kept()
    {
        await using var runtime = new FlowRuntime(new() { KeepEndedRunsWithId = 2, KeepEndedRuns = 1 });
        var flow = Counting(_ => Task.CompletedTask);
        var anonymous = new List<RunId>();
        for (var i = 0; i < 4; i++)
        {
            await runtime.RunAsync(flow, i, new() { Id = $"named-{i}" });
            anonymous.Add((await Ended(await runtime.StartAsync(flow, i))).Id);
        }

        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(i => runtime.GetRun(RunId.Parse($"named-{i}")) is not null));
        Assert.Equal([false, false, false, true], anonymous.Select(id => runtime.GetRun(id) is not null));
        Assert.Equal(3, runtime.Runs.Count);
        await runtime.RunAsync(flow, 0, new() { Id = "named-0" });
        Assert.Equal(9, _executed);
    }

    [Fact]
    public async Task A_run_is_found_by_its_id_with_the_type_of_its_result()
    {
        await using var runtime = new FlowRuntime();
        var gate = new TaskCompletionSource();
        var run = await runtime.StartAsync(Counting(_ => gate.Task), 7);
        Assert.Same(run, runtime.GetRun(run.Id));
        Assert.Same(run, runtime.GetRun<int>(run.Id));
        Assert.Same(run, runtime.GetRun<int>(RunId.Parse(run.Id.ToString())));
        Assert.Contains("yields int, not string", Assert.Throws<InvalidOperationException>(() => runtime.GetRun<string>(run.Id)).Message, StringComparison.Ordinal);
        Assert.Null(runtime.GetRun(RunId.Parse("unknown")));
        Assert.Null(runtime.GetRun<int>(RunId.Parse("unknown")));
        gate.SetResult();
        await run.Result.WaitAsync(HangGuard.Limit);
        Assert.Null(runtime.GetRun(run.Id));
    }

    [Fact]
    public void A_run_that_exceeds_its_deadline_fails()
    {
        var test = new VirtualRun();
        var run = test.Start(Flow.Start<int>("flow").Then(test.Delay<int>("slow", 5000)).Build(), 1, new() { Deadline = TimeSpan.FromSeconds(1) });
        Assert.Equal(TimeSpan.FromSeconds(1), test.Finish(run));
        Assert.Equal("DeadlineExceeded", run.Failure().ErrorType);
        var quick = test.Start(Flow.Start<int>("flow").Then(test.Delay<int>("quick", 500)).Build(), 1, new() { Deadline = TimeSpan.FromSeconds(1) });
        test.Finish(quick);
        quick.Value();
        Assert.Equal(0, test.Time.ArmedTimers);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void A_deadline_holds_while_the_run_is_suspended(int linger)
    {
        var test = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.FromSeconds(linger));
        var run = test.Start(Flow.FromCode<int, bool>("flow", async (x, ctx) => (await ctx.ApproveAsync("boss", x)).IsApproved), 1, new() { Deadline = TimeSpan.FromHours(1) });
        Assert.Equal(TimeSpan.FromHours(1), test.Finish(run));
        Assert.Equal("DeadlineExceeded", run.Failure().ErrorType);
        Assert.Empty(test.Runtime.Requests.Open);
    }

    [Fact]
    public void A_run_may_execute_so_many_effects()
    {
        var test = new VirtualRun();
        var body = Step.Create<int, int>("body", (x, _) => ++_executed);
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            var all = await ctx.AllAsync<int>(c => c.RunAsync(body, x), c => c.RunAsync(body, x));
            return all.Sum() + await ctx.RunAsync(body, x) + await ctx.RunAsync(body, x);
        });
        var run = test.Start(flow, 1, new() { MaxEffects = 3 });
        test.Finish(run);
        Assert.Equal(("EffectLimitExceeded", "flow/body#2"), (run.Failure().ErrorType, run.Failure().Path.ToString()));
        Assert.Equal(3, _executed);
    }

    [Fact]
    public void Principal_and_tags_reach_flow_and_bodies()
    {
        var test = new VirtualRun();
        var seen = new List<string>();
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) =>
        {
            seen.Add($"{ctx.Principal.User} {ctx.Principal.Tenant} {ctx.Tags["channel"]}");
            return await ctx.RunAsync(Step.Create<int, int>("body", (v, c) =>
            {
                seen.Add($"{c.Principal.User} {c.RunId} {c.IdempotencyKey}");
                return v;
            }), x);
        });
        var options = new RunOptions { Id = "r1", Principal = new Principal("ada") { Tenant = "north" }, Tags = new Dictionary<string, string> { ["channel"] = "post" } };
        var run = test.Start(flow, 1, options);
        test.Finish(run);
        Assert.Equal(["ada north post", "ada r1 r1/flow/body"], seen);
        var started = Assert.IsAssignableFrom<RunStartedEntry>(run.Entries[0]);
        Assert.Equal(("r1", "flow", 1, "ada", "post", 1), ($"{started.RunId}", started.FlowName, started.FlowVersion, started.Principal.User, started.Tags["channel"], (int)started.Value!));
    }

    [Fact]
    public async Task What_the_host_does_with_its_collections_afterwards_changes_nothing()
    {
        await using var runtime = new FlowRuntime();
        var tags = new Dictionary<string, string> { ["channel"] = "post" };
        var scopes = new HashSet<string> { "read" };
        var gate = new TaskCompletionSource();
        var flow = Flow.FromCode<int, string>("flow", async (x, ctx) =>
        {
            await ctx.RunAsync(Step.Create<int, int>("wait", async Task<int> (v, _) =>
            {
                await gate.Task;
                return v;
            }), x);
            return $"{ctx.Tags["channel"]} {string.Join(' ', ctx.Principal.Scopes)}";
        });
        var run = await runtime.StartAsync(flow, 1, new() { Tags = tags, Principal = new("ada") { Scopes = scopes } });
        tags["channel"] = "mail";
        scopes.Add("write");
        gate.SetResult();
        Assert.Equal("post read", await run.Result.WaitAsync(HangGuard.Limit));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await runtime.StartAsync(flow, 1, new() { Tags = null! }));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await runtime.StartAsync(flow, 1, new() { Principal = null! }));
    }

    [Fact]
    public async Task Options_out_of_range_are_refused_before_anything_starts()
    {
        await using var runtime = new FlowRuntime();
        var flow = Counting(_ => Task.CompletedTask);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await runtime.RunAsync(flow, 1, new() { Deadline = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await runtime.RunAsync(flow, 1, new() { MaxEffects = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await runtime.RunAsync(flow, 1, new() { Priority = (RunPriority)3 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await runtime.RunAsync(flow, 1, new() { Priority = (RunPriority)(-1) }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.RunAsync(flow, 1, new() { Id = "" }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.RunAsync(flow, 1, new() { Id = new string('x', 201) }));
        Assert.Equal(0, runtime.ActiveRuns);
        Assert.Equal(0, _executed);
    }

    /// <summary>Whoever got hold of a run by its id before the queue refused it must not wait for ever.</summary>
    [Fact]
    public async Task A_refused_run_tells_everybody_who_holds_it()
    {
        var test = new VirtualRun(configure: options =>
        {
            options.Scheduler.MaxConcurrentRuns = 1;
            options.Scheduler.MaxQueuedRuns = 1;
        });
        var slow = Flow.Start<int>("flow").Then(test.Delay<int>("slow", 5000)).Build();
        _ = test.Start(slow, 1);
        _ = test.Start(slow, 2);
        using var source = new CancellationTokenSource();
        var atTheDoor = test.Runtime.StartAsync(slow, 3, new() { Id = "third" }, source.Token).AsTask();
        Assert.False(atTheDoor.IsCompleted);
        var same = await test.Runtime.StartAsync(slow, 3, new() { Id = "third" });
        source.Cancel();
        test.Settle();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => atTheDoor.WaitAsync(HangGuard.Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => same.Result.WaitAsync(HangGuard.Limit));
        Assert.Null(test.Runtime.GetRun(same.Id));
        Assert.Equal(2, test.Runtime.ActiveRuns);
    }

    private static async Task<FlowRun> Ended(FlowRun run)
    {
        await run.Ended.WaitAsync(HangGuard.Limit);
        return run;
    }

    private Flow<int, int> Counting(Func<int, Task> work) => Flow.Start<int>("flow").Then("body", async Task<int> (x, _) =>
    {
        Interlocked.Increment(ref _executed);
        await work(x);
        return x;
    }).Build();
}
