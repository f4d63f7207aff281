using AgentFlow.Tests.Flows;

namespace AgentFlow.Tests.Runs;

/// <summary>Flows that run flows: bounded, and never the end of the process.</summary>
public class DepthTests
{
    private static readonly Step<int, int> Leaf = Step.Create<int, int>("leaf", (x, _) => x + 1);

    /// <summary>Runs itself, each time one deeper, by way of everything that nests.</summary>
    private static Flow<int, int> Endless(string by)
    {
        Flow<int, int> self = null!;
        return self = Flow.FromCode<int, int>("self", async (x, ctx) => by switch
        {
            "run" => await ctx.RunAsync(self, x + 1),
            "all" => (await ctx.AllAsync<int>(c => c.RunAsync(self, x + 1)))[0],
            "each" => (await ctx.ForEachAsync([x], 1, (y, c) => c.RunAsync(self, y + 1)))[0],
            "retry" => await ctx.RunAsync(Retried(self), x + 1),
            "graph" => await ctx.RunAsync(Flow.Graph<int, int>("graph", g => g.Add(self, g.Input)), x + 1),
            _ => await ctx.RunAsync(Flow.Start<int>("verbs").Then(Leaf).FanOut(self, Leaf).Map((a, _) => a).Build(), x + 1),
        });
    }

    private static Step<int, int> Retried(Step<int, int> step) => step.Configure(o => o.Retry(1, TimeSpan.Zero).Cache(x => $"{x}", TimeSpan.FromHours(1)));

    private static FlowRunFailedException FailOnStack(int kilobytes, string by, int? maxDepth = null)
    {
        FlowRunFailedException? failure = null;
        var thread = new Thread(
            () =>
            {
                var options = new FlowRuntimeOptions();
                if (maxDepth is { } depth) options.MaxDepth = depth;
                var runtime = new FlowRuntime(options);
                failure = Assert.Throws<FlowRunFailedException>(() => runtime.RunAsync(Endless(by), 0).AsTask().GetAwaiter().GetResult());
            },
            kilobytes * 1024);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        return failure!;
    }

    [Theory]
    [InlineData("run")]
    [InlineData("all")]
    [InlineData("each")]
    [InlineData("retry")]
    [InlineData("graph")]
    [InlineData("verbs")]
    public void A_flow_that_runs_itself_fails_at_the_default_depth_before_a_small_stack_ends(string by)
    {
        var failure = FailOnStack(1024, by);
        var depth = Assert.IsType<FlowDepthException>(failure.InnerException);
        Assert.Equal((129, 128), (depth.Depth, depth.Limit));
        Assert.Equal(depth.Path, failure.Path);
        Assert.Contains("FlowRuntimeOptions.MaxDepth is 128: raise it when so many are meant.", depth.Message, StringComparison.Ordinal);
        Assert.True(depth.Message.Length < 600);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("all")]
    [InlineData("each")]
    [InlineData("verbs")]
    public void A_stack_that_ends_before_the_limit_fails_the_run_and_not_the_process(string by)
    {
        var depth = Assert.IsType<FlowDepthException>(FailOnStack(512, by, maxDepth: 10_000).InnerException);
        Assert.InRange(depth.Depth, 20, 9_999);
        Assert.Contains("the stack of its thread ends there", depth.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Depth_that_is_meant_is_an_option()
    {
        Flow<int, int> self = null!;
        self = Flow.FromCode<int, int>("self", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromMilliseconds(x % 2));
            return x == 999 ? x : await ctx.RunAsync(self, x + 1);
        });
        var test = new VirtualRun(configure: o => o.MaxDepth = 1_000);
        var run = test.Start(self, 0);
        test.Finish(run);
        Assert.Equal(999, run.Value());
        await test.Runtime.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_in_a_flow_handles_it()
    {
        Flow<int, int> self = null!;
        self = Flow.FromCode<int, int>("self", async (x, ctx) => (await ctx.RunAsync(Flow.Start<int>("try").Collect(self, Leaf).Build(), x)).Item1.Value);
        var flow = Flow.Start<int>("root").Then(self, o => o.Fallback(Leaf).Retry(3)).Build();
        await using var runtime = new FlowRuntime(new() { MaxDepth = 20 });
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
        Assert.IsType<FlowDepthException>(failure.InnerException);
    }
}
