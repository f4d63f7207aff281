namespace AgentFlow.Testing.Tests.Runs;

public sealed class SeededRunTests
{
    /// <summary>Many things at the same instants.</summary>
    private static readonly Flow<int, int> Crowd = Flow.FromCode<int, int>("crowd", async (x, context) =>
        (await context.ForEachAsync(Enumerable.Range(0, 12), 12, async (i, item) =>
        {
            i = await item.RunAsync(Bodies.Sleep("first", 10), i);
            await item.DelayAsync(TimeSpan.FromMilliseconds(10));
            return await item.RunAsync(Bodies.Sleep("second", 10), i);
        })).Sum());

    [Fact]
    public async Task The_same_seed_takes_the_same_course_and_another_seed_another()
    {
        var first = await CourseAsync(7);

        Assert.Equal(first, await CourseAsync(7));
        Assert.NotEqual(first, await CourseAsync(8));
        Assert.NotEqual(first, await CourseAsync(null));
        Assert.Equal(await CourseAsync(null), await CourseAsync(null));
    }

    [Fact]
    public async Task Bodies_that_end_at_the_same_instant_end_in_every_order()
    {
        var flow = Flow.FromCode<int, int>("three", async (x, context) =>
            (await context.ForEachAsync(Enumerable.Range(0, 3), 3, (i, item) => item.RunAsync(Bodies.Sleep("sleep", 10), i))).Count);
        var orders = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            await using var host = new FlowTestHost(o => o.Seed = seed);
            await host.RunAsync(flow, 0).Soon();
            orders.Add(string.Concat(host.Journal.Effects.Select(effect => effect.Path.Parent!.Number)));
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public async Task No_seed_changes_what_comes_out()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            await using var host = new FlowTestHost(o => o.Seed = seed);

            Assert.Equal(306, await host.RunAsync(Crowd, 0).Soon());
            Assert.Equal(TimeSpan.FromMilliseconds(30), host.Elapsed);
        }
    }

    [Fact]
    public async Task The_back_off_of_retries_is_the_same_every_time()
    {
        var elapsed = new HashSet<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            await using var host = new FlowTestHost();
            await host.RunAsync(Step.Create<int, int>("flaky", (x, context) => context.Attempt < 4 ? throw new IOException() : x, o => o.Retry(3, TimeSpan.FromSeconds(1))), 1).Soon();
            elapsed.Add(host.Elapsed);
        }

        Assert.Equal(TimeSpan.FromSeconds(1 + 2 + 4), Assert.Single(elapsed));
    }

    private static async Task<string[]> CourseAsync(int? seed)
    {
        await using var host = new FlowTestHost(o => o.Seed = seed);
        await host.RunAsync(Crowd, 0).Soon();
        return [.. host.Journal.Entries.Select(entry => $"{entry.Kind} {entry.Path} {entry.Time.Ticks}")];
    }
}
