namespace AgentFlow.Testing.Tests.Runs;

public sealed class SteppingTests
{
    [Fact]
    public async Task Nothing_of_a_started_run_happens_before_it_is_driven()
    {
        await using var host = new FlowTestHost();
        var ran = 0;
        var run = await host.StartAsync(Step.Create<int, int>("count", (x, _) => x + ++ran), 1);

        Assert.Equal(0, ran);
        await host.SettleAsync();
        Assert.Equal(1, ran);
        Assert.Equal(2, await run.Result.Soon());
    }

    [Fact]
    public async Task Time_stops_where_it_was_sent()
    {
        await using var host = new FlowTestHost();
        var run = await host.StartAsync(Bodies.Chain("chain", 10, 10, 10), 0);

        await host.AdvanceAsync(TimeSpan.FromMilliseconds(25));

        Assert.Equal(TimeSpan.FromMilliseconds(25), host.Elapsed);
        run.Journal().HasEffects(2).Executed("chain/s1").DidNotExecute("chain/s2");
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(5));
        Assert.Equal(RunStatus.Completed, run.Status);
        await host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromMilliseconds(30) + TimeSpan.FromHours(1), host.Elapsed);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.AdvanceAsync(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public async Task A_gate_of_the_test_is_opened_between_two_steps()
    {
        await using var host = new FlowTestHost(o => o.RealTimePatience = TimeSpan.FromMilliseconds(20));
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = await host.StartAsync(Step.Create<int, int>("wait", (_, _) => new ValueTask<int>(gate.Task)), 0);

        await host.SettleAsync().Soon();
        Assert.Equal(RunStatus.Running, run.Status);
        gate.SetResult(9);
        await host.DriveAsync(run).Soon();

        Assert.Equal(9, await run);
    }

    [Fact]
    public async Task Runs_started_together_share_the_time()
    {
        await using var host = new FlowTestHost();
        var first = await host.StartAsync(Bodies.Chain("first", 100), 0);
        var second = await host.StartAsync(Bodies.Chain("second", 60), 0);

        await host.DriveAsync(first);

        Assert.Equal(RunStatus.Completed, second.Status);
        Assert.Equal(TimeSpan.FromMilliseconds(100), host.Elapsed);
        Assert.Same(second, host.LastRun);
    }

    [Fact]
    public async Task Calls_that_drive_wait_for_one_another()
    {
        await using var host = new FlowTestHost();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => host.RunAsync(Bodies.Yield($"y{i}", 20), i)))).Soon();

        Assert.Equal(Enumerable.Range(1, 8), results);
    }

    [Fact]
    public async Task A_cancelled_run_ends_and_says_why()
    {
        await using var host = new FlowTestHost();
        var run = await host.StartAsync(Bodies.Chain("chain", 1000), 0);
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        await host.CancelAsync(run, "enough").Soon();

        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal("enough", run.StatusReason);
        await Assert.ThrowsAsync<FlowRunCancelledException>(async () => await run);
    }

    [Fact]
    public async Task Disposing_ends_what_still_runs()
    {
        var host = new FlowTestHost();
        var deaf = new TaskCompletionSource<int>();
        var sleeping = await host.StartAsync(Bodies.Chain("sleeping", 1000), 0);
        var ignoring = await host.StartAsync(Step.Create<int, int>("deaf", (_, _) => new ValueTask<int>(deaf.Task)), 0);
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1)).Soon();

        await host.DisposeAsync().AsTask().Soon();

        Assert.Equal((RunStatus.Cancelled, RunStatus.Cancelled), (sleeping.Status, ignoring.Status));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.RunAsync(Bodies.Chain("late"), 0)).Soon();
    }

    [Fact]
    public async Task Without_a_run_there_is_no_last_one()
    {
        await using var host = new FlowTestHost();

        Assert.Throws<InvalidOperationException>(() => host.LastRun);
        Assert.Throws<InvalidOperationException>(() => host.Journal);
    }
}
