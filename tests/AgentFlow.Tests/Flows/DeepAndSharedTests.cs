using System.Diagnostics;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Flows;

/// <summary>What is nested deeply, shared often or very long costs what it says and not more.</summary>
public class DeepAndSharedTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private static readonly Step<int, int> Leaf = Step.Create<int, int>("leaf", (x, _) => x + 1);

    /// <summary>60 levels of <c>Then(f).Then(f)</c>: 2^60 leaves.</summary>
    private static Flow<int, int> Doubled(Step<int, int> leaf, int levels = 60)
    {
        var flow = Flow.Start<int>("level-0").Then(leaf).Build();
        for (var i = 1; i <= levels; i++) flow = Flow.Start<int>($"level-{i}").Then(flow).Then(flow).Build();
        return flow;
    }

    private static Flow<int, int> Nested(int levels)
    {
        var flow = Flow.Start<int>("f").Then(Leaf).Build();
        for (var i = 1; i < levels; i++) flow = Flow.Start<int>("f").Then(flow).Build();
        return flow;
    }

    private static void Soon(Action act)
    {
        var watch = Stopwatch.StartNew();
        Exception? failure = null;
        var thread = new Thread(() => { try { act(); } catch (Exception exception) { failure = exception; } }, 1 << 20) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Guard), $"not done after {watch.Elapsed}");
        if (failure is not null) throw new InvalidOperationException("it failed on its thread", failure);
    }

    [Fact]
    public void A_flow_that_is_shared_at_every_level_is_built_described_and_checked_in_no_time() => Soon(() =>
    {
        var flow = Doubled(Leaf);
        Assert.Equal(32, flow.Fingerprint.Length);
        Assert.InRange(flow.Describe().Nodes.Count, 2_000, 2_100);
        Assert.Contains("flowchart", flow.ToMermaid(), StringComparison.Ordinal);
        var options = new FlowRuntimeOptions();
        options.Steps.Add(flow);
        Assert.Empty(new FlowRuntime(options).FindDefects());
    });

    [Fact]
    public void What_is_wrong_in_a_shared_flow_is_said_once() => Soon(() =>
    {
        var options = new FlowRuntimeOptions();
        options.Steps.Add(Doubled(Step.Create<int, int>("scan", (x, _) => x, o => o.Lane("ocr"))));
        var defect = Assert.Single(new FlowRuntime(options).FindDefects());
        Assert.EndsWith("level-1/level-0/scan", defect.Path, StringComparison.Ordinal);
    });

    [Fact]
    public void A_retried_flow_names_some_of_very_many_irreversible_places() => Soon(() =>
    {
        var flow = Doubled(Step.Create<int, int>("pay", (x, _) => x, o => o.Effect(EffectClass.Irreversible)));
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Start<int>("claim").Then(flow, o => o.Retry(1)).Build());
        Assert.Equal(20, error.Defects.Count);
        Assert.Equal(20, error.Defects.Select(defect => defect.Path).Distinct().Count());
        Assert.All(error.Defects, defect => Assert.EndsWith("/pay", defect.Path, StringComparison.Ordinal));
    });

    [Fact]
    public void Two_thousand_levels_are_built_described_and_checked_on_a_small_stack() => Soon(() =>
    {
        var flow = Nested(2_000);
        Assert.Equal(32, flow.Fingerprint.Length);
        Assert.NotEqual(flow.Fingerprint, Nested(1_999).Fingerprint);
        var description = flow.Describe();
        Assert.Equal(19, description.Nodes.Count);
        Assert.Equal(["closed"], description.Nodes.SelectMany(node => node.Settings.Split("; ")).Where(setting => setting == "closed"));
        var options = new FlowRuntimeOptions();
        options.Steps.Add(flow);
        Assert.Empty(new FlowRuntime(options).FindDefects());
    });

    [Fact]
    public void A_change_at_the_bottom_changes_the_fingerprint_at_the_top() =>
        Assert.NotEqual(Doubled(Leaf).Fingerprint, Doubled(Leaf.As("other")).Fingerprint);

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(10_000)]
    public void A_pipeline_of_any_length_runs_on_a_small_stack(int verbs) => Soon(() =>
    {
        var builder = Flow.Start<int>("long");
        for (var i = 0; i < verbs; i++) builder = i % 3 == 0 ? builder.Map(x => x + 1) : builder.Then(Leaf);
        var flow = builder.Build();
        Assert.Equal(verbs + 2, flow.Describe().Nodes.Count);
        using var runtime = new Disposed(new FlowRuntime());
        for (var i = 0; i < 2; i++)
        {
            var running = runtime.Value.RunAsync(flow, 0);
            Assert.True(running.IsCompletedSuccessfully);
            Assert.Equal(verbs, running.Result);
        }
    });

    [Fact]
    public void A_long_pipeline_continues_from_anywhere()
    {
        var executed = 0;
        var counting = Step.Create<int, int>("count", (x, _) => ++executed > 0 ? x + 1 : x);
        var builder = Flow.Start<int>("long");
        for (var i = 0; i < 200; i++) builder = builder.Then(counting);
        var flow = builder.Build();
        var test = new VirtualRun();
        var run = test.Start(flow, 0);
        test.Finish(run);
        foreach (var length in new[] { 1, 63, 64, 65, 66, 127, 128, 129, 201, 202 })
        {
            executed = 0;
            var resumed = test.Runtime.Resume(flow, [.. run.Entries.Take(length)]);
            test.Finish(resumed);
            Assert.Equal((200, 200 - Math.Min(200, length - 1)), (resumed.Value(), executed));
        }
    }

    /// <summary>30 levels of agents that have the one below as two of their tools.</summary>
    [Fact]
    public void Agents_that_share_agents_are_built_and_checked_in_no_time() => Soon(() =>
    {
        var agent = Agent.Create<string, string>("agent").Model("fast").Tools(Tool.From("look", "looks", (string x) => x, o => o.Effect(EffectClass.Read))).Build();
        for (var i = 0; i < 30; i++)
        {
            agent = Agent.Create<string, string>("agent").Model("fast")
                .Tools(Tool.From(agent, o => o.Name("left").Effect(EffectClass.Idempotent)), Tool.From(agent, o => o.Name("right").Effect(EffectClass.Idempotent))).Build();
        }

        var options = new FlowRuntimeOptions();
        options.Steps.Add(Flow.Start<string>("flow").Then(agent, o => o.Retry(1)).Build());
        Assert.Equal(31, new FlowRuntime(options).FindDefects().Count);
    });

    [Fact]
    public void A_long_pipeline_that_waits_everywhere_ends_too() => Soon(() =>
    {
        var yielding = Step.Create<int, int>("yield", async ValueTask<int> (x, _) =>
        {
            await Task.Yield();
            return x + 1;
        });
        var builder = Flow.Start<int>("long");
        for (var i = 0; i < 2_000; i++) builder = builder.Then(yielding);
        using var runtime = new Disposed(new FlowRuntime());
        Assert.Equal(2_000, runtime.Value.RunAsync(builder.Build(), 0).AsTask().GetAwaiter().GetResult());
    });

    [Fact]
    public void A_loop_of_many_rounds_runs_on_a_small_stack() => Soon(() =>
    {
        using var runtime = new Disposed(new FlowRuntime());
        var flow = Flow.Start<int>("loop").Loop("count", Flow.Start<int>("inner").Then(Leaf).Build(), x => x == 20_000, max: 20_000).Build();
        Assert.Equal(20_000, runtime.Value.RunAsync(flow, 0).AsTask().GetAwaiter().GetResult());
    });

    [Fact]
    public void A_graph_of_many_diamonds_is_built_and_fails_in_no_time() => Soon(() =>
    {
        var flow = Flow.Graph<int, int>("diamonds", g =>
        {
            var node = g.Input;
            for (var i = 0; i < 60; i++) node = g.Add(Step.Create<(int, int), int>($"join-{i}", (x, _) => x.Item1 < 0 ? throw new ArithmeticException() : x.Item1), g.Add(Leaf, node), g.Add(Leaf, node));
            return node;
        });
        using var runtime = new Disposed(new FlowRuntime());
        Assert.Equal(60, runtime.Value.RunAsync(flow, 0).AsTask().GetAwaiter().GetResult());
        Assert.Throws<FlowRunFailedException>(() => runtime.Value.RunAsync(flow, -50).AsTask().GetAwaiter().GetResult());
    });

    private sealed class Disposed(FlowRuntime runtime) : IDisposable
    {
        public FlowRuntime Value => runtime;

        public void Dispose() => runtime.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
