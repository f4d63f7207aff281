using System.Diagnostics;

namespace AgentFlow.Testing.Tests.Runs;

public sealed class VirtualTimeRunTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_branches_join_when_the_slower_one_is_through_without_waiting_for_each_other_on_the_way(int? seed)
    {
        await using var host = new FlowTestHost(o => o.Seed = seed);
        var flow = Bodies.Both("race", Bodies.Chain("a", 40, 1, 40, 1, 40), Bodies.Chain("b", 1, 40, 1, 40, 1));

        var sums = await host.RunAsync(flow, 0).Soon();

        Assert.Equal([122, 83], sums);

        Assert.Equal(TimeSpan.FromMilliseconds(122), host.Elapsed);
    }

    [Fact]
    public async Task Waiting_for_years_takes_no_time()
    {
        await using var host = new FlowTestHost();
        var flow = Flow.FromCode<int, int>("patient", async (x, context) =>
        {
            for (var i = 0; i < 20; i++)
            {
                await context.DelayAsync(TimeSpan.FromDays(30));
            }

            return x;
        });
        var real = Stopwatch.StartNew();

        Assert.Equal(3, await host.RunAsync(flow, 3).Soon());

        Assert.Equal(TimeSpan.FromDays(600), host.Elapsed);
        Assert.True(real.Elapsed < TimeSpan.FromSeconds(20), $"took {real.Elapsed}");
    }

    [Fact]
    public async Task A_run_that_waits_for_virtual_time_only_is_driven_on_the_calling_thread()
    {
        await using var host = new FlowTestHost();
        var threads = new List<int>();
        var flow = Flow.FromCode<int, int>("here", async (x, context) =>
        {
            for (var i = 0; i < 5; i++)
            {
                x = await context.RunAsync(Bodies.Sleep($"s{i}", 10), x);
                threads.Add(Environment.CurrentManagedThreadId);
            }

            await context.DelayAsync(TimeSpan.FromHours(1));
            threads.Add(Environment.CurrentManagedThreadId);
            return x;
        });

        var running = host.RunAsync(flow, 0);

        Assert.True(running.IsCompletedSuccessfully);
        Assert.Equal(50, await running);
        Assert.All(threads, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
    }

    [Fact]
    public async Task A_context_of_the_test_does_not_send_the_run_elsewhere()
    {
        await using var host = new FlowTestHost();
        var context = new CountingContext();
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            Assert.True(host.RunAsync(Bodies.Chain("chain", 5, 5), 0).IsCompletedSuccessfully);
            Assert.Same(context, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        Assert.Equal(0, context.Posts);
    }

    [Fact]
    public async Task A_body_without_end_runs_into_its_timeout()
    {
        await using var host = new FlowTestHost();
        var hang = Step.Create<int, int>("hang", async Task<int> (x, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return x;
        }, o => o.Timeout(TimeSpan.FromMinutes(5)));

        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => host.RunAsync(hang, 1)).Soon();

        Assert.Equal("Timeout", failure.ErrorType);
        Assert.Equal(TimeSpan.FromMinutes(5), host.Elapsed);
    }

    [Fact]
    public async Task Effects_that_wait_for_a_slot_do_not_hold_time()
    {
        await using var host = new FlowTestHost(o =>
        {
            o.Runtime.Scheduler.AddLane("narrow", 2);
            o.RealTimePatience = o.RealTimeLimit = TimeSpan.FromMinutes(1);
        });
        var sleep = Step.Create<int, int>("sleep", async ValueTask<int> (x, context) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), context.Time);
            return x;
        }, o => o.Lane("narrow"));
        var flow = Flow.FromCode<int, int>("queue", async (n, context) =>
            (await context.ForEachAsync(Enumerable.Range(0, n), n, (i, item) => item.RunAsync(sleep, i))).Sum());

        Assert.Equal(190, await host.RunAsync(flow, 20).Soon());

        Assert.Equal(TimeSpan.FromMilliseconds(100), host.Elapsed);
    }

    [Fact]
    public async Task A_deadline_ends_a_run_in_virtual_time()
    {
        await using var host = new FlowTestHost();

        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => host.RunAsync(
            Bodies.Chain("slow", 1000, 1000, 1000), 0, new() { Deadline = TimeSpan.FromMilliseconds(1500) })).Soon();

        Assert.Equal("DeadlineExceeded", failure.ErrorType);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), host.Elapsed);
    }

    private sealed class CountingContext : SynchronizationContext
    {
        internal int Posts { get; private set; }

        public override void Post(SendOrPostCallback d, object? state)
        {
            Posts++;
            base.Post(d, state);
        }
    }
}
