using System.Runtime.CompilerServices;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Flows;

/// <summary>Repairing flow code in place: runs that had passed the place keep their way, all others take the new one.</summary>
public class PatchedTests
{
    private readonly List<string> _executed = [];

    private static Flow<int, string> Flow(Func<int, FlowContext, ValueTask<string>> code) => AgentFlow.Flow.FromCode("claims", code);

    private Step<T, string> Body<T>(string name) => Step.Create<T, string>(name, (x, _) =>
    {
        lock (_executed) _executed.Add(name);
        return $"{x}-{name}";
    });

    [Fact]
    public void A_new_run_takes_the_new_way_and_says_so()
    {
        var flow = Flow((x, ctx) => ctx.RunAsync(Body<int>(ctx.Patched("repair") ? "new" : "old"), x));
        var test = new VirtualRun();
        var run = test.Start(flow, 1);
        test.Settle();
        Assert.Equal("1-new", run.Value());
        var decision = Assert.Single(run.Entries.OfType<DecisionMadeEntry>());
        Assert.Equal(("claims/(patch)/repair", DecisionKind.Patch, true), ($"{decision.Path}", decision.Decision, (bool)decision.Value!));
    }

    public static TheoryData<string> Before => ["effect", "delay", "decision", "question", "branches", "intent", "inside"];

    /// <summary>Old code records one thing behind the place that is patched later.</summary>
    [Theory]
    [MemberData(nameof(Before))]
    public void A_run_that_had_passed_the_place_keeps_the_old_way(string what)
    {
        var stored = Restart.Record(Flow((x, ctx) => OldWay(what, x, ctx, patched: false)), 1);
        Assert.NotEqual(JournalEntryKind.RunFailed, stored[^1].Kind);
        var open = stored.TakeWhile(entry => entry.Kind < JournalEntryKind.RunSuspended).ToList();
        for (var length = 1; length <= open.Count; length++)
        {
            _executed.Clear();
            var recorded = open.Take(length).Count(entry => EntryDecoder.Decode(entry) is not RunStartedEntry);
            var restarted = Restart.From<string>(open.Take(length), null, Flow((x, ctx) => OldWay(what, x, ctx, patched: ctx.Patched("repair"))));
            Assert.False(restarted.Run!.Error?.InnerException is FlowNondeterminismException, restarted.Run.StatusReason);
            Assert.Equal(recorded == 0, _executed.Contains("new"));
            Assert.Equal(recorded == 0, restarted.Run.Entries.OfType<DecisionMadeEntry>().Any(entry => entry.Decision == DecisionKind.Patch));
        }
    }

    private async ValueTask<string> OldWay(string what, int x, FlowContext ctx, bool patched)
    {
        if (patched) await ctx.RunAsync(Body<int>("new"), x);
        switch (what)
        {
            case "effect": await ctx.RunAsync(Body<int>("one"), x); break;
            case "delay": await ctx.DelayAsync(TimeSpan.FromDays(1)); break;
            case "decision": await ctx.DecideAsync("decide", () => 1); break;
            case "question": await ctx.AskAsync("ask", new Question<int>("How much?")); break;
            case "branches": await ctx.AllAsync<int>(async c => { await c.DelayAsync(TimeSpan.FromDays(1)); return 1; }, c => c.DecideAsync("decide", () => 1)); break;
            case "intent": await ctx.RunAsync(Body<int>("one").Configure(o => o.Effect(EffectClass.Irreversible)), x); break;
            default: await ctx.RunAsync(AgentFlow.Flow.FromCode<int, string>("inner", (y, c) => c.RunAsync(Body<int>("one"), y)), x); break;
        }

        return await ctx.RunAsync(Body<int>("last"), x);
    }

    [Fact]
    public void In_a_loop_the_iterations_behind_keep_the_old_way_and_the_next_takes_the_new_one()
    {
        var stored = Restart.Record(Loop(false), 0);
        for (var length = 1; length < stored.Count; length++)
        {
            var behind = length - 1;
            _executed.Clear();
            var run = Restart.From<string>(stored.Take(length), null, Loop(true)).Run!;
            Assert.Equal(string.Concat(Enumerable.Range(0, 5).Select(i => i < behind ? "o" : "n")), run.Value());
            Assert.Equal(5 - behind, _executed.Count);

            // And from wherever that run is cut off in its turn.
            var again = Restart.Stored(Restart.From<string>(stored.Take(length), null, Loop(true)).Journal, run.Id);
            for (var cut = length; cut < again.Count; cut++) Assert.Equal(run.Value(), Restart.From<string>(again.Take(cut), null, Loop(true)).Run!.Value());
        }
    }

    private Flow<int, string> Loop(bool isPatched) => Flow(async (x, ctx) =>
    {
        var ways = "";
        for (var i = 0; i < 5; i++)
        {
            var isNew = isPatched && ctx.Patched("repair");
            await ctx.RunAsync(Body<int>(isNew ? $"new{i}" : $"old{i}"), x);
            ways += isNew ? 'n' : 'o';
        }

        return ways;
    });

    /// <summary>What is recorded in one branch says nothing about the others; what is recorded behind the join does.</summary>
    [Theory]
    [InlineData("code")]
    [InlineData("verbs")]
    [InlineData("items")]
    [InlineData("graph")]
    public void A_branch_is_patched_by_its_own_history_and_by_what_comes_after_the_join(string by)
    {
        var stored = Restart.Record(Branches(by, _ => ""), 1);
        var entries = stored.Select(EntryDecoder.Decode).ToList();
        for (var length = 1; length < stored.Count; length++)
        {
            var recorded = entries.Take(length).OfType<EffectCompletedEntry>().Select(entry => entry.StepName).ToHashSet();
            var run = Restart.From<string>(stored.Take(length), null, Branches(by, ctx => ctx.Patched("repair") ? "!" : "")).Run!;

            // The place is behind "a" in the one branch and behind "b" in the other.
            string Mark(string last) => recorded.Contains("end") || recorded.Contains(last) ? "" : "!";
            Assert.Equal($"1-a{Mark("a2")}-a2|1-b{Mark("b2")}-b2-end", run.Value());
        }
    }

    private Flow<int, string> Branches(string by, Func<FlowContext, string> mark)
    {
        var (a, b) = (Branch("a", mark), Branch("b", mark));
        var end = Body<string>("end");
        return by switch
        {
            "code" => Flow(async (x, ctx) =>
            {
                var (left, right) = await ctx.AllAsync(c => c.RunAsync(a, x), c => c.RunAsync(b, x));
                return await ctx.RunAsync(end, $"{left}|{right}");
            }),
            "items" => Flow(async (x, ctx) => await ctx.RunAsync(end, string.Join('|', await ctx.ForEachAsync([a, b], 2, (branch, c) => c.RunAsync(branch, x))))),
            "graph" => AgentFlow.Flow.Graph<int, string>("claims", g =>
            {
                var joined = g.Add("join", (x, y, _) => $"{x}|{y}", g.Add(a, g.Input), g.Add(b, g.Input));
                return g.Add(end, joined);
            }),
            _ => AgentFlow.Flow.Start<int>("claims").FanOut(a, b).Map((left, right) => $"{left}|{right}").Then(end).Build(),
        };
    }

    private Flow<int, string> Branch(string name, Func<FlowContext, string> mark) => AgentFlow.Flow.FromCode<int, string>($"branch-{name}", async (x, ctx) =>
        await ctx.RunAsync(Body<string>(name + "2"), await ctx.RunAsync(Body<int>(name), x) + mark(ctx)));

    [Fact]
    public void The_end_of_a_branch_that_a_join_has_waited_for_is_passed()
    {
        var a = Body<int>("a");
        Flow<int, string> Two(Func<FlowContext, bool> patched) => Flow(async (x, ctx) =>
        {
            var (left, _) = await ctx.AllAsync(
                async c =>
                {
                    var result = await c.RunAsync(a, x);
                    return patched(c) ? await c.RunAsync(Body<string>("new"), result) : result;
                },
                c => c.RunAsync(Body<int>("b"), x));
            return await ctx.RunAsync(Body<string>("end"), left);
        });
        var stored = Restart.Record(Two(_ => false), 1);
        var run = Restart.From<string>(stored.SkipLast(1), null, Two(c => c.Patched("repair"))).Run!;
        Assert.Equal("1-a-end", run.Value());
        run = Restart.From<string>(stored.SkipLast(2), null, Two(c => c.Patched("repair"))).Run!;
        Assert.Equal("1-a-new-end", run.Value());
    }

    /// <summary>A tool that is a flow is asked for twice by the model: what is recorded of one call says nothing about the next one, what the model said after it does.</summary>
    [Fact]
    public void A_tool_is_patched_until_its_call_has_ended()
    {
        var stored = Restart.Record(WithTool(_ => ""), 1, Models);
        var entries = stored.Select(EntryDecoder.Decode).ToList();
        Assert.True("1-a-a2 2-a-a2" == $"{entries[^1].Value}", $"{entries[^1]}");
        for (var length = 1; length < stored.Count; length++)
        {
            var recorded = entries.Take(length).OfType<EffectCompletedEntry>().ToList();
            var models = recorded.Count(entry => entry.StepName == "model");
            var ended = recorded.Where(entry => entry.StepName == "a2").Select(entry => $"{entry.Path}").ToList();
            var run = Restart.From<string>(stored.Take(length), Models, WithTool(ctx => ctx.Patched("repair") ? "!" : "")).Run!;

            string Mark(int call) => models > call || ended.Count >= call ? "" : "!";
            Assert.True($"1-a{Mark(1)}-a2 2-a{Mark(2)}-a2" == run.Entries[^1].Value as string, $"after {length}: {run.Status} {run.StatusReason} {run.Entries[^1].Value}");
        }
    }

    private static void Models(FlowRuntimeOptions options) => options.Models.Add("model", new TwoCalls());

    private Flow<int, string> WithTool(Func<FlowContext, string> mark)
    {
        var tool = Tool.From(Branch("a", mark), o => o.Name("tool").Effect(EffectClass.Idempotent));
        var agent = Agent.Create<string, string>("clerk").Model("model").Instructions("Call it.").Prompt(text => text).Tools(tool).Build();
        return Flow((x, ctx) => ctx.RunAsync(agent, $"{x}"));
    }

    /// <summary>Calls the tool twice, one after the other, and says what it got.</summary>
    private sealed class TwoCalls : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var results = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().ToList();
            var said = results.Count == 2
                ? new ChatMessage(ChatRole.Assistant, string.Join(' ', results.Select(result => result.Result)))
                : new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"{results.Count}", "tool", new Dictionary<string, object?> { ["input"] = results.Count + 1 })]);
            return Task.FromResult(new ChatResponse(said));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>The end of a patch: the call is taken out, and what was recorded of it is not missed.</summary>
    [Fact]
    public void A_patch_that_was_taken_out_is_not_missed()
    {
        var stored = Restart.Record(Loop(true), 0);
        var run = Restart.From<string>(stored.SkipLast(1), null, Flow(async (x, ctx) =>
        {
            for (var i = 0; i < 5; i++) await ctx.RunAsync(Body<int>($"new{i}"), x);
            return "new";
        })).Run!;
        Assert.Equal("new", run.Value());
    }

    [Fact]
    public void It_is_a_call_like_every_other()
    {
        FlowContext? leaked = null;
        var test = new VirtualRun();
        var run = test.Start(Flow((x, ctx) =>
        {
            leaked = ctx;
            return new($"{ctx.Patched("one")}{ctx.Patched("one")}{ctx.Patched("two")}");
        }), 1);
        test.Settle();
        Assert.Equal("TrueTrueTrue", run.Value());
        Assert.Equal(["claims/(patch)/one", "claims/(patch)/one#2", "claims/(patch)/two"], run.Entries.OfType<DecisionMadeEntry>().Select(entry => $"{entry.Path}"));
        Assert.Throws<FlowContextMisuseException>(() => leaked!.Patched("late"));
        Assert.Throws<ArgumentException>(() => leaked!.Patched("a/b"));
    }
}
