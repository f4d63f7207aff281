using AgentFlow.Journaling;

namespace AgentFlow.Tests.Flows;

public class GraphTests
{
    private readonly Recorder _recorder = new();

    private Step<int, int> Add(string name, int n) => _recorder.Step<int, int>(name, x => x + n);

    [Fact]
    public async Task Results_go_where_they_are_taken()
    {
        var sum = _recorder.Step<(int, int), int>("sum", x => x.Item1 + x.Item2);
        var flow = Flow.Graph<int, string>("graph", g =>
        {
            var a = g.Add(Add("one", 1), g.Input);
            var b = g.Add(Add("ten", 10), a);
            var c = g.Add(sum, a, b);
            return g.Add("report", (x, y, z, ctx) => $"{x} {y} {z} {ctx.Path}", a, b, c);
        });
        var run = await _recorder.RunAndReplayAsync(flow, 5);
        Assert.Equal("6 16 22 graph/report", await run);
        Assert.Equal(["graph/one", "graph/ten", "graph/sum", "graph/report"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task Lambdas_may_be_asynchronous_and_take_up_to_four_results()
    {
        var flow = Flow.Graph<int, int>("graph", g =>
        {
            var a = g.Add("a", (x, _) => x + 1, g.Input);
            var b = g.Add("b", async (x, _) => { await Task.Yield(); return x + 1; }, a);
            var c = g.Add("c", async ValueTask<int> (x, y, _) => { await Task.Yield(); return x + y; }, a, b);
            return g.Add("d", (w, x, y, z, _) => Task.FromResult(w + x + y + z), a, b, c, g.Input);
        });
        await using var runtime = new FlowRuntime();
        Assert.Equal(2 + 3 + 5 + 1, await runtime.RunAsync(flow, 1));
    }

    [Fact]
    public async Task A_step_takes_up_to_eight_results_as_a_tuple()
    {
        var all = Step.Create<(int, int, int, int, int, int, int, int), string>("all", (x, _) => $"{x}");
        var flow = Flow.Graph<int, string>("graph", g => g.Add(all, g.Input, g.Input, g.Input, g.Input, g.Input, g.Input, g.Input, g.Input));
        await using var runtime = new FlowRuntime();
        Assert.Equal("(3, 3, 3, 3, 3, 3, 3, 3)", await runtime.RunAsync(flow, 3));
    }

    [Fact]
    public async Task The_same_step_may_be_added_twice_and_a_graph_may_nest()
    {
        var one = Add("one", 1);
        var inner = Flow.Graph<int, int>("inner", g => g.Add(one, g.Add(one, g.Input)));
        var flow = Flow.Start<int>("outer").Then(inner).Then(one).Build();
        var run = await _recorder.RunAndReplayAsync(flow, 0);
        Assert.Equal(3, await run);
        Assert.Equal(["outer/inner/one", "outer/inner/one#2", "outer/one"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task A_graph_may_return_its_input()
    {
        await using var runtime = new FlowRuntime();
        Assert.Equal(4, await runtime.RunAsync(Flow.Graph<int, int>("graph", g => g.Input), 4));
    }

    [Fact]
    public void A_node_starts_the_moment_its_inputs_exist()
    {
        var run = new VirtualRun();
        GraphNode<int> Chain(GraphBuilder<int> g, string name, params int[] delays)
        {
            var node = g.Input;
            for (var i = 0; i < delays.Length; i++) node = g.Add(run.Delay<int>($"{name}-{i}", delays[i]), node);
            return node;
        }

        var flow = Flow.Graph<int, int>("graph", g => g.Add("join", (x, y, _) => x + y, Chain(g, "a", 40, 1, 40, 1, 40), Chain(g, "b", 1, 40, 1, 40, 1)));
        var started = run.Start(flow, 1);
        Assert.Equal(TimeSpan.FromMilliseconds(122), run.Finish(started));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_barrier_holds_a_node_back(int seed)
    {
        var run = new VirtualRun(seed);
        var flow = Flow.Graph<int, int>("diamond", g =>
        {
            var slow = g.Add(run.Delay<int>("slow", 100), g.Input);
            var fast = g.Add(run.Delay<int>("fast", 10), g.Input);
            var behind = g.Add(run.Delay<int>("behind", 10), fast);
            return g.Add("join", (x, y, _) => x + y, slow, behind);
        });
        var started = run.Start(flow, 1);
        Assert.Equal(TimeSpan.FromMilliseconds(100), run.Finish(started));
        var behindEnded = started.Entries.Single(entry => entry.Path.ToString() == "diamond/behind").Time;
        Assert.Equal(TimeSpan.FromMilliseconds(20), behindEnded - run.Time.Start);
    }

    [Fact]
    public void The_first_failure_cancels_the_others_and_nothing_behind_it_starts()
    {
        var run = new VirtualRun();
        var started = run.Start(Failing(run), 1);
        Assert.Equal(TimeSpan.FromMilliseconds(5), run.Finish(started));
        Assert.Equal("graph/boom", started.Entries.OfType<RunStatusEntry>().Single().Path.ToString());
        var decision = Assert.Single(started.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal("graph/(join)", decision.Path.ToString());
        Assert.Equal([4], Assert.IsType<int[]>(decision.Value));
        Assert.DoesNotContain("graph/behind-slow", _recorder.Executed);
        Assert.DoesNotContain("graph/join", _recorder.Executed);
    }

    [Fact]
    public void A_replay_of_a_failed_graph_starts_what_led_to_the_failure_and_nothing_else()
    {
        var live = new VirtualRun();
        var flow = Failing(live);
        var started = live.Start(flow, 1);
        live.Finish(started);
        var entries = started.Entries.ToList();
        for (var length = 1; length < entries.Count; length++)
        {
            _recorder.Forget();
            var again = new VirtualRun();
            var replayed = again.Runtime.Resume(Failing(again), entries.Take(length).ToList());
            again.Finish(replayed);
            Assert.Equal(started.StatusReason, replayed.StatusReason);
            var recorded = entries.Take(length).Where(entry => entry is EffectCompletedEntry or EffectFailedEntry).Select(entry => entry.Path.ToString());
            Assert.Empty(_recorder.Executed.Intersect(recorded));
            if (entries.Take(length).Any(entry => entry is DecisionMadeEntry)) Assert.Empty(_recorder.Executed);
        }
    }

    [Fact]
    public async Task A_graph_that_waits_for_a_human_is_suspended_and_goes_on()
    {
        var run = new VirtualRun(configure: options => options.SuspendLinger = TimeSpan.Zero);
        var approve = Flow.Start<int>("approve").Approve("boss").Build();
        var flow = Flow.Graph<int, int>("graph", g =>
        {
            var one = g.Add(Add("one", 1), g.Input);
            var approved = g.Add(approve, one);
            return g.Add("join", (x, y, _) => x + y, g.Add(Add("two", 2), approved), one);
        });
        var started = run.Start(flow, 1);
        run.Settle();
        Assert.Equal(RunStatus.Suspended, started.Status);
        await run.Runtime.Requests.ModifyAsync(Assert.Single(run.Runtime.Requests.Open).Id, 10);
        run.Finish(started);
        Assert.Equal(14, await started);
        Assert.Equal(["graph/one", "graph/two"], _recorder.Executed);
    }

    [Fact]
    public async Task Blocking_nodes_run_in_parallel()
    {
        using var both = new Barrier(2);
        var meet = Step.Create<int, bool>("meet", (_, _) => both.SignalAndWait(TimeSpan.FromSeconds(30)));
        var flow = Flow.Graph<int, bool>("graph", g =>
        {
            var ready = g.Add("ready", async (x, _) => { await Task.Yield(); return x; }, g.Input);
            return g.Add("join", (x, y, _) => x && y, g.Add(meet, ready), g.Add(meet, ready));
        });
        await using var runtime = new FlowRuntime();
        Assert.True(await runtime.RunAsync(flow, 1));
    }

    [Fact]
    public async Task A_node_has_seen_what_its_inputs_have_seen_and_no_more()
    {
        var labels = new System.Collections.Concurrent.ConcurrentDictionary<string, Label?>();
        Step<int, int> Look(string name) => Flow.FromCode<int, int>(name, (x, ctx) =>
        {
            labels[name] = ctx.Label;
            return new(x);
        });

        var mail = Step.Create<int, int>("mail", (x, _) => x, o => o.Source(Label.Untrusted("mail")));
        var seen = Flow.FromCode<int, int>("outer", async (x, ctx) =>
        {
            var result = await ctx.RunAsync(Flow.Graph<int, int>("graph", g =>
            {
                var read = g.Add(mail, g.Input);
                return g.Add("join", (a, b, _) => a + b, g.Add(Look("behind"), read), g.Add(Look("beside"), g.Input));
            }), x);
            labels["after"] = ctx.Label;
            return result;
        });
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(seen, 1);
        Assert.Equal(Integrity.Untrusted, labels["behind"]!.Integrity);
        Assert.Equal(Integrity.Trusted, (labels["beside"] ?? Label.None).Integrity);
        Assert.Equal(Integrity.Untrusted, labels["after"]!.Integrity);
    }

    [Fact]
    public void Nodes_that_lead_nowhere_are_defects()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Graph<int, int>("graph", g =>
        {
            var lost = g.Add(Add("lost", 1), g.Input);
            g.Add(Add("unjoined", 1), lost);
            return g.Add(Add("result", 1), g.Input);
        }));
        Assert.Equal(
            [
                "graph/lost: the node does not lead to the graph's result. Join the nodes behind it, or leave them out.",
                "graph/unjoined: the node is not joined: no other node takes its result, and the graph does not return it. Pass its result to the node that comes after it, or leave the node out.",
            ],
            error.Defects.Select(defect => defect.ToString()));
    }

    [Fact]
    public void Different_nodes_with_one_name_are_a_defect()
    {
        var error = Assert.Throws<FlowDefinitionException>(() => Flow.Graph<int, int>("graph", g =>
        {
            var a = g.Add("same", (x, _) => x + 1, g.Input);
            return g.Add("same", (x, _) => x + 2, a);
        }));
        Assert.Equal("graph/same", Assert.Single(error.Defects).Path);
    }

    [Fact]
    public void A_node_of_another_graph_is_refused()
    {
        GraphNode<int>? foreign = null;
        Flow.Graph<int, int>("first", g => foreign = g.Add(Add("a", 1), g.Input));
        var error = Assert.Throws<ArgumentException>(() => Flow.Graph<int, int>("second", g => g.Add(Add("b", 1), foreign!)));
        Assert.Contains("Node 'a' belongs to graph 'first' and cannot be used in graph 'second'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_builder_is_dead_when_its_graph_is_built()
    {
        GraphBuilder<int>? kept = null;
        Flow.Graph<int, int>("graph", g =>
        {
            kept = g;
            return g.Input;
        });
        Assert.Throws<InvalidOperationException>(() => kept!.Add(Add("late", 1), kept.Input));
    }

    private Flow<int, int> Failing(VirtualRun run) => Flow.Graph<int, int>("graph", g =>
    {
        var quick = g.Add(Add("quick", 1), g.Input);
        var slow = g.Add(run.Delay<int>("slow", 10), quick);
        var wait = g.Add(run.Delay<int>("wait", 5), quick);
        var boom = g.Add("boom", (int x, StepContext _) => x > 0 ? throw new InvalidOperationException("no") : x, wait);
        var behind = g.Add(Add("behind-slow", 1), slow);
        return g.Add(_recorder.Step<(int, int), int>("join", x => x.Item1 + x.Item2), boom, behind);
    });
}
