using AgentFlow.Journaling;

namespace AgentFlow.Tests.Runs;

/// <summary>What counts as the same run under one id, and what is left of it when it has ended.</summary>
public class RunIdentityTests
{
    private static readonly Principal Ada = new("ada") { Tenant = "north", Scopes = new HashSet<string> { "read" } };
    private int _executed;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_is_handed_to_nobody_else(bool hasEnded)
    {
        await using var runtime = new FlowRuntime();
        var gate = new TaskCompletionSource();
        var flow = Order(_ => gate.Task);
        var mine = await runtime.StartAsync(flow, NewOrder("secret"), new() { Id = "order-1", Principal = Ada });
        if (hasEnded) await EndAsync(mine, gate);
        foreach (var other in new[] { Ada with { Tenant = "south" }, Ada with { Tenant = null }, Ada with { User = "bob" }, Ada with { Project = "x" }, Principal.Anonymous })
        {
            var conflict = await Assert.ThrowsAsync<RunIdConflictException>(async () => await runtime.StartAsync(flow, NewOrder("secret"), new() { Id = "order-1", Principal = other }));
            Assert.Equal((RunIdConflict.Principal, null, null, "order-1"), (conflict.Conflict, conflict.Known, conflict.Asked, $"{conflict.RunId}"));
            await Assert.ThrowsAsync<RunIdConflictException>(async () => await runtime.RunAsync(flow, NewOrder("secret"), new() { Id = "order-1", Principal = other }));
        }

        gate.TrySetResult();
        Assert.Equal("secret: 2", await runtime.RunAsync(flow, NewOrder("secret"), new() { Id = "order-1", Principal = Ada with { Scopes = new HashSet<string> { "write" } } }).AsTask().Soon());
        Assert.Equal(1, _executed);
    }

    [Fact]
    public async Task Two_tenants_that_start_one_id_at_once_do_not_meet()
    {
        await using var runtime = new FlowRuntime();
        var flow = Order(_ => Task.CompletedTask);
        for (var round = 1; round <= 20; round++)
        {
            var id = $"order-{round}";
            using var start = new Barrier(8);
            var owners = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
                async () =>
                {
                    var tenant = i % 2 == 0 ? "north" : "south";
                    start.SignalAndWait(TimeSpan.FromSeconds(30));
                    try
                    {
                        return (tenant, Result: await runtime.RunAsync(flow, NewOrder(tenant), new() { Id = id, Principal = Ada with { Tenant = tenant } }));
                    }
                    catch (RunIdConflictException conflict) when (conflict.Conflict == RunIdConflict.Principal)
                    {
                        return (tenant, Result: "");
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())).Soon();
            var winner = Assert.Single(owners.Where(owner => owner.Result.Length > 0).Select(owner => owner.tenant).Distinct());
            Assert.All(owners, owner => Assert.Equal(owner.tenant == winner ? $"{winner}: 2" : "", owner.Result));
            Assert.Equal(round, _executed);
        }
    }

    /// <summary>Nobody learns from the error what another tenant's run executes.</summary>
    [Fact]
    public async Task Whose_run_it_is_comes_before_what_it_is()
    {
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Order(_ => Task.CompletedTask), NewOrder("a"), new() { Id = "x", Principal = Ada });
        var other = Flow.Start<int>("other").Then("body", (x, _) => x).Build();
        var conflict = await Assert.ThrowsAsync<RunIdConflictException>(async () => await runtime.RunAsync(other, 1, new() { Id = "x" }));
        Assert.Equal(RunIdConflict.Principal, conflict.Conflict);
        Assert.DoesNotContain("order", conflict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_input_needs_another_id_and_an_honest_retry_does_not(bool hasEnded)
    {
        await using var runtime = new FlowRuntime();
        var gate = new TaskCompletionSource();
        var flow = Order(_ => gate.Task);
        var first = await runtime.StartAsync(flow, NewOrder("a", ("one", 1), ("two", 2)), new() { Id = "x" });
        if (hasEnded) await EndAsync(first, gate);

        // The lists and dictionaries of records are compared by reference: the retry is another object with the same content.
        var again = await runtime.StartAsync(flow, NewOrder("a", ("two", 2), ("one", 1)), new() { Id = "x" });
        var conflict = await Assert.ThrowsAsync<RunIdConflictException>(async () => await runtime.StartAsync(flow, NewOrder("b"), new() { Id = "x" }));
        Assert.Equal(RunIdConflict.Input, conflict.Conflict);
        Assert.Equal((64, 64), (conflict.Known!.Length, conflict.Asked!.Length));
        Assert.Contains(conflict.Known[..12], conflict.Message, StringComparison.Ordinal);
        Assert.Contains(conflict.Asked[..12], conflict.Message, StringComparison.Ordinal);
        gate.TrySetResult();
        Assert.Equal("a: 2", await again.Result.Soon());
        Assert.Equal(1, _executed);
    }

    [Fact]
    public async Task An_input_without_JSON_is_not_compared()
    {
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<Func<int>>("flow").Then("body", (f, _) => f()).Build();
        Assert.Equal(1, await runtime.RunAsync(flow, () => 1, new() { Id = "x" }));
        Assert.Equal(1, await runtime.RunAsync(flow, () => 2, new() { Id = "x" }));
    }

    [Fact]
    public async Task An_ended_run_with_an_id_is_kept_without_its_journal()
    {
        await using var runtime = new FlowRuntime();
        var bulky = new List<WeakReference>();
        var flow = Flow.Start<int>("flow")
            .Then("load", (x, _) =>
            {
                var data = new byte[1000];
                bulky.Add(new WeakReference(data));
                return data;
            })
            .Then("measure", (data, _) => data.Length).Build();
        await RunAllAsync();
        GC.Collect();
        Assert.DoesNotContain(bulky, data => data.IsAlive);
        var kept = runtime.GetRun<int>(RunId.Parse("run-3"))!;
        Assert.Equal((RunStatus.Completed, "flow", 1000), (kept.Status, kept.FlowName, await kept));
        Assert.Equal([JournalEntryKind.RunStarted, JournalEntryKind.RunCompleted], kept.Entries.Select(entry => entry.Kind));
        Assert.Equal(kept.Entries[0].Value, await RefusedDigestAsync());
        await kept.CancelAsync().Soon();
        Assert.True(kept.Ended.IsCompletedSuccessfully);

        async Task RunAllAsync()
        {
            for (var i = 0; i < 5; i++) await runtime.RunAsync(flow, i, new() { Id = $"run-{i}" });
        }

        async Task<string?> RefusedDigestAsync() =>
            (await Assert.ThrowsAsync<RunIdConflictException>(async () => await runtime.RunAsync(flow, 4, new() { Id = "run-3" }))).Known;
    }

    [Fact]
    public async Task A_failed_or_cancelled_run_keeps_its_error_under_its_id()
    {
        await using var runtime = new FlowRuntime();
        var flow = Order(_ => throw new IOException("no"));
        await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, NewOrder("a"), new() { Id = "failed" }));
        var failed = runtime.GetRun<string>(RunId.Parse("failed"))!;
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(() => failed.Result);
        Assert.Equal(("order/body", "System.IO.IOException", "no"), ($"{error.Path}", error.ErrorType, failed.StatusReason));
        var gate = new TaskCompletionSource();
        var cancelled = await runtime.StartAsync(Order(_ => gate.Task), NewOrder("a"), new() { Id = "cancelled" });
        await cancelled.CancelAsync("enough").Soon();
        Assert.Equal((RunStatus.Cancelled, "enough"), (runtime.GetRun(RunId.Parse("cancelled"))!.Status, runtime.GetRun(RunId.Parse("cancelled"))!.StatusReason));
    }

    [Fact]
    public async Task The_last_runs_are_kept_whole_when_that_was_asked_for()
    {
        await using var runtime = new FlowRuntime(new() { KeepEndedRuns = 1 });
        var flow = Order(_ => Task.CompletedTask);
        for (var i = 0; i < 2; i++) await runtime.RunAsync(flow, NewOrder("a"), new() { Id = $"run-{i}" });
        Assert.Equal([2, 3], new[] { "run-0", "run-1" }.Select(id => runtime.GetRun(RunId.Parse(id))!.Entries.Count));
        Assert.Equal(2, runtime.Runs.Count);
    }

    /// <summary>Ids of runs without a chosen one are public: choosing the next one would take its place.</summary>
    [Fact]
    public async Task An_id_that_the_process_gives_out_cannot_be_chosen()
    {
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Order(_ => Task.CompletedTask), NewOrder("a"));
        await run.Result.Soon();
        var (prefix, number) = ($"{run.Id}"[..17], long.Parse($"{run.Id}"[17..], System.Globalization.CultureInfo.InvariantCulture));
        foreach (var id in new[] { $"{run.Id}", $"{prefix}{number + 1000}" })
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.RunAsync(Order(_ => Task.CompletedTask), NewOrder("a"), new() { Id = id }));
        }
    }

    private static async Task EndAsync(FlowRun<string> run, TaskCompletionSource gate)
    {
        gate.SetResult();
        await run.Result.Soon();
    }

    private static OrderForm NewOrder(string name, params (string Key, int Value)[] more) =>
        new(name, [1, 2], more.ToDictionary(pair => pair.Key, pair => pair.Value));

    private Flow<OrderForm, string> Order(Func<OrderForm, Task> work) => Flow.Start<OrderForm>("order").Then("body", async Task<string> (order, _) =>
    {
        Interlocked.Increment(ref _executed);
        await work(order);
        return $"{order.Name}: {order.Lines.Count}";
    }).Build();

    private sealed record OrderForm(string Name, IReadOnlyList<int> Lines, Dictionary<string, int> More);

    [Fact]
    public async Task An_id_with_half_of_a_surrogate_pair_is_refused_before_anything_starts()
    {
        await using var runtime = new FlowRuntime();
        var flow = Flow.Start<int>("f").Build();
        Assert.Contains("surrogate", (await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.StartAsync(flow, 1, new() { Id = "a\uD83D" }))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RunId.Parse("\uDE00b"));
        Assert.Equal("smile \uD83D\uDE00", RunId.Parse("smile \uD83D\uDE00").ToString());
        Assert.Null(DormantRequests.RunOf("a\uD83D/f/ask"));
    }

    [Fact]
    public async Task Roles_that_change_after_the_start_change_nothing()
    {
        var roles = new HashSet<string> { "clerk" };
        await using var runtime = new FlowRuntime();
        var flow = Flow.FromCode<int, bool>("f", (_, ctx) => new(ctx.Principal.Roles.Contains("boss")));
        var options = new RunOptions { Principal = new("ann") { Roles = roles } }.Snapshot();
        roles.Add("boss");
        Assert.False(await runtime.RunAsync(flow, 1, options));
    }
}
