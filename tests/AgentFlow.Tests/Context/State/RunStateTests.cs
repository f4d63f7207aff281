using System.Globalization;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Context.State;

/// <summary>What a run carries from step to step: typed, journaled, merged in branch order.</summary>
public class RunStateTests
{
    private static readonly StateKey<IReadOnlyList<string>> Sources = StateKey.Create("sources", Reduce.Append<string>());
    private static readonly StateKey<int> Words = StateKey.Create("words", Reduce.Sum<int>());
    private static readonly StateKey<string> Topic = StateKey.Create("topic", "none");

    private static Flow<TIn, TOut> Flow<TIn, TOut>(Func<TIn, FlowContext, ValueTask<TOut>> code) => AgentFlow.Flow.FromCode("research", code);

    private static Step<T, T> Same<T>(string name) => Step.Create<T, T>(name, (x, _) => x);

    [Fact]
    public async Task The_sample_of_the_readme()
    {
        var search = Step.Create<string, string>("search", (question, _) => $"https://example.org/{question}");

        var research = AgentFlow.Flow.FromCode<string[], string>("research", async (questions, ctx) =>
        {
            await ctx.SetStateAsync(Topic, "audits");
            await ctx.ForEachAsync(questions, maxParallel: 8, async (question, branch) =>
            {
                var url = await branch.RunAsync(search, question);
                await branch.UpdateStateAsync(Sources, [url]);
                return url;
            });
            return $"{ctx.GetState(Topic)}: {string.Join(", ", ctx.GetState(Sources))}";
        });

        var answer = await new FlowRuntime().RunAsync(research, ["who", "when"]);
        Assert.Equal("audits: https://example.org/who, https://example.org/when", answer);
    }

    [Fact]
    public void Branches_are_merged_in_branch_order_and_not_in_time_order()
    {
        var test = new VirtualRun();
        var run = test.Start(Flow<int, string>(async (_, ctx) =>
        {
            await ctx.UpdateStateAsync(Sources, ["first"]);
            await ctx.AllAsync<int>(
                [.. new[] { 300, 100, 200 }.Select(Func<FlowContext, ValueTask<int>> (ms) => async c =>
                {
                    await c.RunAsync(test.Delay<int>("wait", ms), 0);
                    await c.UpdateStateAsync(Sources, [ms.ToString(CultureInfo.InvariantCulture)]);
                    await c.UpdateStateAsync(Words, ms);
                    return 0;
                })]);
            return $"{string.Join(' ', ctx.GetState(Sources))} {ctx.GetState(Words)}";
        }), 0);
        test.Finish(run);
        Assert.Equal("first 300 100 200 600", run.Value());
        Assert.Equal(["first", "100", "200", "300"], run.Entries.OfType<StateChangedEntry>().Where(entry => entry.Key == "sources").Select(entry => ((IReadOnlyList<string>)entry.Value!)[0]));
        Assert.Equal("research/all/1/(state)/sources", $"{run.Entries.OfType<StateChangedEntry>().ElementAt(1).Path}");
    }

    [Fact]
    public void A_branch_sees_the_state_as_of_the_fork_and_its_own_writes()
    {
        var test = new VirtualRun();
        var seen = new List<string>();
        var run = test.Start(Flow<int, string>(async (_, ctx) =>
        {
            await ctx.SetStateAsync(Topic, "before");
            await ctx.AllAsync<int>(
                async c => { await c.SetStateAsync(Topic, "mine"); seen.Add(c.GetState(Topic)); return 0; },
                async c => { await c.RunAsync(test.Delay<int>("wait", 100), 0); seen.Add(c.GetState(Topic)); return 0; });
            return ctx.GetState(Topic);
        }), 0);
        test.Finish(run);
        Assert.Equal(["mine", "before"], seen);
        Assert.Equal("mine", run.Value());
    }

    [Fact]
    public async Task Two_branches_that_set_one_key_are_an_error_that_names_both()
    {
        var runtime = new FlowRuntime();
        var run = runtime.RunAsync(Flow<int, int>(async (_, ctx) =>
        {
            await ctx.AllAsync<int>(
                async c => { await c.SetStateAsync(Topic, "a"); return 0; },
                async c => { await c.SetStateAsync(Topic, "b"); return 0; });
            return 0;
        }), 0);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await run);
        var conflict = Assert.IsType<StateConflictException>(failure.InnerException);
        Assert.Equal(("topic", "research/all/0/(state)/topic", "research/all/1/(state)/topic"), (conflict.Key, $"{conflict.First}", $"{conflict.Second}"));
        Assert.Contains("Reduce.", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_beside_an_update_is_an_error_although_the_key_has_a_rule()
    {
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(Flow<int, int>(async (_, ctx) =>
        {
            await ctx.ForEachAsync([1, 2], 2, async (x, c) =>
            {
                if (x == 1) await c.SetStateAsync(Words, 7);
                else await c.UpdateStateAsync(Words, x);
                return 0;
            });
            return 0;
        }), 0));
        Assert.Contains("UpdateStateAsync in both", Assert.IsType<StateConflictException>(failure.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_failed_flow_attempt_or_branch_has_written_is_undone_with_it()
    {
        var attempts = 0;
        var flaky = AgentFlow.Flow.FromCode<int, int>("flaky", async (x, ctx) =>
        {
            await ctx.UpdateStateAsync(Words, 1);
            return ++attempts < 3 ? throw new InvalidOperationException("not yet") : x;
        });
        var broken = AgentFlow.Flow.FromCode<int, int>("broken", async (x, ctx) =>
        {
            await ctx.UpdateStateAsync(Words, 100);
            throw new InvalidOperationException("never");
        });
        var total = AgentFlow.Flow.FromCode<IReadOnlyList<Outcome<int>>, int>("total", async (_, ctx) =>
        {
            await ctx.UpdateStateAsync(Words, 10);
            return ctx.GetState(Words);
        });
        var flow = AgentFlow.Flow.Start<int>("research").Then(flaky, o => o.Retry(5, TimeSpan.Zero)).Collect([broken, flaky.As("again")]).Then(total).Build();
        Assert.Equal(12, await new FlowRuntime().RunAsync(flow, 0));
    }

    [Fact]
    public async Task A_race_keeps_what_its_winner_has_written()
    {
        var flow = Flow<int, string>(async (_, ctx) =>
        {
            await ctx.AnyAsync<int>(
                async c => { await c.SetStateAsync(Topic, "loser"); throw new InvalidOperationException(); },
                async c => { await c.SetStateAsync(Topic, "winner"); return 1; });
            return ctx.GetState(Topic);
        });
        Assert.Equal("winner", await new FlowRuntime().RunAsync(flow, 0));
    }

    [Fact]
    public async Task A_node_of_a_graph_sees_what_the_nodes_wrote_that_lead_to_it_once()
    {
        Flow<int, string> Node(string name) => AgentFlow.Flow.FromCode<int, string>(name, async (x, ctx) =>
        {
            var before = string.Join(',', ctx.GetState(Sources));
            await ctx.UpdateStateAsync(Sources, [name]);
            return before;
        });
        var end = AgentFlow.Flow.FromCode<(string, string), string>("end", (x, ctx) => new($"{x} {string.Join(',', ctx.GetState(Sources))}"));
        var graph = AgentFlow.Flow.Graph<int, string>("graph", g =>
        {
            var a = g.Add(Node("a"), g.Input);
            var lengths = g.Add("length", (x, _) => x.Length, a);
            var b = g.Add(Node("b"), lengths);
            var c = g.Add(Node("c"), lengths);
            return g.Add(end, b, c);
        });
        var flow = Flow<int, string>(async (x, ctx) => $"{await ctx.RunAsync(graph, x)} {string.Join(',', ctx.GetState(Sources))}");
        Assert.Equal("(a, a) a,b,c a,b,c", await new FlowRuntime().RunAsync(flow, 0));
    }

    [Fact]
    public async Task Tools_that_are_called_at_once_write_in_the_order_of_their_calls()
    {
        var gate = new TaskCompletionSource();
        var note = AgentFlow.Flow.FromCode<string, string>("note", async (text, ctx) =>
        {
            await ctx.RunAsync(Step.Create<string, string>("wait", async ValueTask<string> (x, c) =>
            {
                if (x == "one") await gate.Task.WaitAsync(c.CancellationToken);
                else gate.TrySetResult();
                return x;
            }), text);
            await ctx.UpdateStateAsync(Sources, [text]);
            return "noted";
        });
        var model = new ScriptedChatClient();
        model.CallTools(("note", new { input = "one" }), ("note", new { input = "two" })).Reply("done");
        var agent = Agent.Create("helper").Model(model).Tools(Tool.From(note)).Build();
        var flow = Flow<string, string>(async (x, ctx) => $"{await ctx.RunAsync(agent, x)} {string.Join(',', ctx.GetState(Sources))}");
        Assert.Equal("done one,two", await new FlowRuntime().RunAsync(flow, "go"));
    }

    [Fact]
    public async Task A_replay_from_every_prefix_comes_to_the_same_state()
    {
        var flow = Flow<int, string>(async (_, ctx) =>
        {
            await ctx.AllAsync<int>(
                async c => { await c.UpdateStateAsync(Words, await c.RunAsync(Same<int>("a"), 1)); return 0; },
                async c => { await c.UpdateStateAsync(Words, await c.RunAsync(Same<int>("b"), 2)); return 0; });
            await ctx.SetStateAsync(Topic, $"{ctx.GetUtcNow():O} {ctx.GetState(Words)}");
            await ctx.RunAsync(Same<int>("c"), 3);
            return ctx.GetState(Topic);
        });
        await using var host = new FlowTestHost();
        var run = await host.RunToEndAsync(flow, 1);
        await ReplayCheck.FromEveryPrefixAsync(flow, run);
    }

    [Fact]
    public void A_replay_takes_the_recorded_value()
    {
        var value = "recorded";
        var flow = Flow<int, string>(async (x, ctx) =>
        {
            await ctx.SetStateAsync(Topic, value);
            await ctx.RunAsync(Same<int>("a"), x);
            return ctx.GetState(Topic);
        });
        var stored = Restart.Record(flow, 1);
        value = "new";
        Assert.Equal("recorded", Restart.From<string>(stored.Take(2), null, flow).Run!.Value());
    }

    [Fact]
    public void A_write_that_the_recorded_run_made_otherwise_is_named()
    {
        var update = false;
        var flow = Flow<int, int>(async (x, ctx) =>
        {
            if (update) await ctx.UpdateStateAsync(Words, 1);
            else await ctx.SetStateAsync(Words, 1);
            return await ctx.RunAsync(Same<int>("a"), x);
        });
        var stored = Restart.Record(flow, 1);
        update = true;
        Assert.IsType<FlowNondeterminismException>(Assert.IsType<RunHeldException>(Restart.From<int>(stored.Take(2), null, flow).Run!.Error).InnerException);
    }

    [Fact]
    public void What_a_durable_journal_cannot_keep_is_not_written()
    {
        var test = new VirtualRun(configure: options => (options.Journal, options.MaxPayloadBytes) = (new InProcessJournal(), 4096));
        var run = test.Start(Flow<int, string>(async (_, ctx) =>
        {
            var refused = await Assert.ThrowsAsync<PayloadException>(async () => await ctx.SetStateAsync(Topic, new string('x', 5000)));
            return $"{ctx.GetState(Topic)} {refused.Path}";
        }), 0);
        test.Settle();
        Assert.Equal("none research/(state)/topic", run.Value());
    }

    [Fact]
    public async Task Reading_raises_the_label_to_that_of_the_value()
    {
        var web = AgentFlow.Flow.FromCode<int, int>("web", async (x, ctx) =>
        {
            await ctx.RunAsync(Same<int>("page").With(o => o.Source(Label.Untrusted("web"))), x);
            await ctx.UpdateStateAsync(Sources, ["page"]);
            return x;
        });
        var flow = Flow<int, string>(async (x, ctx) =>
        {
            await ctx.RunAsync(web, x);
            ctx.Relabel(Label.None, "a human has checked it");
            var before = ctx.Label;
            _ = ctx.GetState(Sources);
            return $"{before!.Integrity} {ctx.Label!.Integrity}";
        });
        Assert.Equal("Trusted Untrusted", await new FlowRuntime().RunAsync(flow, 0));
    }

    [Fact]
    public async Task A_key_without_a_rule_cannot_be_updated_and_one_name_has_one_type()
    {
        var flow = Flow<int, string>(async (_, ctx) =>
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await ctx.UpdateStateAsync(Topic, "x"));
            await ctx.SetStateAsync(Topic, "text");
            var wrong = Assert.Throws<StateTypeException>(() => ctx.GetState(StateKey.Create("topic", 1)));
            return $"{wrong.Key} {wrong.Written.Name} {wrong.Asked.Name}";
        });
        Assert.Equal("topic String Int32", await new FlowRuntime().RunAsync(flow, 0));
        Assert.Throws<ArgumentException>(() => StateKey.Create("a/b", 1));
    }

    [Fact]
    public async Task Rules_combine_as_they_say()
    {
        Assert.Equal([1, 2, 3], Reduce.Union<int>().Combine([1, 2], [2, 3]));
        Assert.Equal(7, Reduce.Max(3).Combine(3, 7));
        Assert.Equal("b", Reduce.Last("").Combine("a", "b"));
        var merged = Reduce.Merge<int>().Combine(new Dictionary<string, int> { ["a"] = 1, ["b"] = 1 }, new Dictionary<string, int> { ["b"] = 2 });
        Assert.Equal((1, 2), (merged["a"], merged["b"]));
        var failing = StateKey.Create("sum", 0, (_, _) => throw new InvalidOperationException("no"));
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await new FlowRuntime().RunAsync(Flow<int, int>(async (x, ctx) =>
        {
            await ctx.UpdateStateAsync(failing, x);
            return x;
        }), 0));
        Assert.Contains("the reducer of state 'sum'", failure.Message, StringComparison.Ordinal);
    }
}
