using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs.Programs;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>
/// Fifty flows; the store of each is cut after every entry, and another process recovers what is left: the same end, and nothing that
/// was recorded is executed again.
/// </summary>
public class EveryPrefixTests
{
    private const int Programs = 38;

    private sealed record Letter(string Text, (int Left, IReadOnlyList<int> Right) Numbers);

    [Fact]
    public void Generated_programs_come_to_the_same_end_from_every_prefix()
    {
        var programs = ProgramGenerator.Programs(mayTimeOut: false).Generator.Sample(4 * Programs, new Rnd(20301), 40).Where(program => Numbers(program) > 3).Take(Programs).ToList();
        Assert.Equal(Programs, programs.Count);
        foreach (var program in programs)
        {
            Hold($"{program}", (dispatcher, did) =>
            {
                var executions = new Executions();
                did.Bodies = () => executions.Bodies;
                return new ProgramFlow(program, dispatcher, executions).Flow;
            }, ProgramGenerator.Input);
        }
    }

    private static int Numbers(Node node) => 1 + node.Parts.Sum(Numbers);

    public static TheoryData<string> Written =>
        ["tuples", "outcomes", "quorum", "graph", "agent", "agent-as-step", "content", "delays", "questions", "approvals", "cache", "fallback", "patched", "timeout", "state", "supervise", "model-supervisor", "handoff", "group-chat"];

    [Theory]
    [MemberData(nameof(Written))]
    public void Written_flows_come_to_the_same_end_from_every_prefix(string name) => Hold(name, (_, did) => Flow(name, did), 3);

    internal static Flow<int, string> Flow(string name, Did did)
    {
        Step<int, int> Work(string step, int plus = 1) => Step.Create<int, int>(step, async ValueTask<int> (x, ctx) =>
        {
            did.Note(ctx.Path);
            await Task.CompletedTask;
            return x < 0 ? throw new InvalidOperationException("negative") : x + plus;
        });
        Step<int, int> Failing(string step) => Step.Create<int, int>(step, int (_, ctx) =>
        {
            did.Note(ctx.Path);
            throw new InvalidOperationException($"{step} fails");
        });
        var start = AgentFlow.Flow.Start<int>(name);
        return name switch
        {
            "tuples" => start.FanOut(Work("a"), Work("b"), Work("c"))
                .Then("pair", (x, ctx) => did.Note(ctx.Path, (Left: x.Item1, Right: (IReadOnlyList<int>)[x.Item2, x.Item3])))
                .Then("letter", (x, ctx) => did.Note(ctx.Path, new Letter("dear", x)))
                .Map(x => $"{x.Text} {x.Numbers.Left} {string.Join(',', x.Numbers.Right)}").Build(),
            "outcomes" => start.Collect(Work("a"), Failing("b"), Work("c")).Then("count", (x, ctx) => did.Note(ctx.Path, x)).Map(x => $"{x}").Build(),
            "quorum" => start.Quorum(1, [Failing("a"), Work("b"), Work("c")]).Then("last", (x, ctx) => did.Note(ctx.Path, $"{x.Count}")).Build(),
            "graph" => AgentFlow.Flow.Graph<int, string>(name, g =>
            {
                var a = g.Add(Work("a"), g.Input);
                var b = g.Add(Work("b"), a);
                var c = g.Add(Work("c"), a);
                return g.Add("end", (x, y, ctx) => did.Note(ctx.Path, $"{x} {y}"), b, c);
            }),
            "agent" => AgentFlow.Flow.FromCode<int, string>(name, async (x, ctx) => await ctx.RunAsync(Helper(did), $"{await ctx.RunAsync(Work("a"), x)}")),
            "agent-as-step" => start.Map(x => $"{x}").Then(Helper(did)).Then("after", (x, ctx) => did.Note(ctx.Path, x + "!")).Build(),
            "content" => start.Then("image", object (_, ctx) => did.Note(ctx.Path, new DataContent(new byte[] { 1, 2, 3 }, "image/png"))).Then("read", (x, ctx) => did.Note(ctx.Path, $"{x.GetType().Name} {((DataContent)x).Data.Length}")).Build(),
            "delays" => AgentFlow.Flow.FromCode<int, string>(name, async (x, ctx) =>
            {
                var begin = ctx.GetUtcNow();
                await ctx.DelayAsync(TimeSpan.FromHours(1));
                x = await ctx.RunAsync(Work("a"), x);
                await ctx.AllAsync<int>(async c => { await c.DelayAsync(TimeSpan.FromDays(2)); return 1; }, async c => { await c.DelayAsync(TimeSpan.FromDays(1)); return await c.RunAsync(Work("b"), x); });
                return $"{(ctx.GetUtcNow() - begin).TotalHours} {ctx.NewGuid()} {x}";
            }),
            "questions" => AgentFlow.Flow.FromCode<int, string>(name, async (x, ctx) =>
            {
                var answers = await ctx.ForEachAsync(Enumerable.Range(x, 3), 2, async (i, c) => await c.RunAsync(Work("a"), await c.AskAsync("how", new Question<int>("?") { Context = i })));
                return string.Join(' ', answers);
            }),
            "approvals" => start.Then(Work("a")).Approve("boss").Then(Work("b")).Approve("other", when: x => x > 100).Map(x => $"{x}").Build(),
            "cache" => start.Then(Work("a"), o => o.Cache(x => $"{x}", TimeSpan.FromHours(1))).Then(Work("b")).Map(x => $"{x}").Build(),
            "fallback" => start.Then(Failing("a"), o => o.Fallback(Work("instead"))).Then(Work("b"), o => o.Retry(2)).Map(x => $"{x}").Build(),
            "state" => AgentFlow.Flow.FromCode<int, string>(name, async (x, ctx) =>
            {
                var (log, limit) = (StateKey.Create("log", Reduce.Append<string>()), StateKey.Create("limit", 0));
                await ctx.SetStateAsync(limit, await ctx.RunAsync(Work("a"), x));
                await ctx.ForEachAsync(Enumerable.Range(x, 3), 3, async (i, c) =>
                {
                    await c.UpdateStateAsync(log, [$"{await c.RunAsync(Work("b"), i)}<{c.GetState(limit)}"]);
                    return 0;
                });
                await ctx.UpdateStateAsync(log, ["end"]);
                return string.Join(' ', ctx.GetState(log));
            }),
            "patched" => AgentFlow.Flow.FromCode<int, string>(name, async (x, ctx) =>
            {
                for (var i = 0; i < 3; i++) x = await ctx.RunAsync(ctx.Patched("repair") ? Work($"new{i}") : Work($"old{i}"), x);
                return $"{x}";
            }),
            "supervise" => start.Supervise("desk", w => w.Workers(Work("a"), Work("b"), Failing("c")), s => s.Turn switch
            {
                1 => s.Delegate("a", s.Goal, "first").And("b", s.Goal).And("c", s.Goal).And("nobody", 1),
                2 => s.Delegate("a", s.Goal),
                3 => s.Delegate("b", 7).And("a", 8),
                _ => s.Finish(string.Join(' ', s.Delegated.Select(done => done.Outcome.Value)) + s.Notices.Count),
            }).Build(),
            "model-supervisor" => start.Supervise<string>("desk", w => w.Worker(Work("a")), a => a.Model(new Speaking(did,
                """{"reason":"r","delegations":[{"worker":"a","task":1,"reason":""},{"worker":"a","task":2,"reason":""}],"finish":null}""",
                """{"reason":"r","delegations":[{"worker":"a","task":1,"reason":""}],"finish":null}""",
                """{"reason":"r","delegations":[],"finish":{"result":"done"}}"""))).Build(),
            "handoff" => start.Map(x => $"{x}").Handoff("support", h =>
            {
                var first = Agent.Create("first").Model(new Speaking(did, "call:hand_off_to_second")).Build();
                var second = Agent.Create("second").Model(new Speaking(did, "call:hand_off_to_first", "call:hand_off_to_first", "done")).Build();
                return h.Start(first).Edge(first, second).Edge(second, first);
            }).Build(),
            "group-chat" => start.Map(x => $"{x}").GroupChat("room", c => c
                .Participants(Agent.Create("first").Model(new Speaking(did, "one", "three")).Build(), Agent.Create("second").Model(new Speaking(did, "two", "four")).Build())
                .Until(Until.Says("four"))).Build(),
            _ => start.Then((Flow<int, int>)AgentFlow.Flow.FromCode<int, int>("slow", async (x, ctx) =>
            {
                if (ctx.Path.ToString().Contains('~', StringComparison.Ordinal)) return await ctx.RunAsync(Work("a"), x);
                await ctx.DelayAsync(TimeSpan.FromDays(1));
                return x;
            }).Configure(o => o.Timeout(TimeSpan.FromHours(1)).Retry(1))).Map(x => $"{x}").Build(),
        };
    }

    /// <summary>Asks its tool twice at once, and then tells what it heard.</summary>
    private static Agent<string, string> Helper(Did did) => Agent.Create("helper")
        .Model(new Answering(did))
        .Tools(Tool.From("double", "Doubles.", (int x) => did.Count("double", x * 2), o => o.Effect(EffectClass.Idempotent)))
        .Build();

    /// <summary>The store of a run is cut after every entry, and another process recovers what is left: the same end, nothing recorded is done again.</summary>
    internal static IReadOnlyList<JournalEntry> Hold<TIn, TOut>(string what, Func<AgentFlow.Scheduling.WorkDispatcher, Did, Flow<TIn, TOut>> flow, TIn input, IApprover? approver = null)
    {
        Action<FlowRuntimeOptions> Configure(Did did) => options =>
        {
            options.Approver = approver ?? new Yes();
            options.Steps.Add(flow(options.Dispatcher, did));
        };
        var first = new Did();
        var stored = Restart.Record(runtime => flow(runtime.Dispatcher, first), input, options => options.Approver = approver ?? new Yes());
        var entries = stored.Select(EntryDecoder.Decode).ToList();
        Assert.True(entries[^1].Kind is JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed, $"{what} ended with {entries[^1]}");
        for (var length = 1; length < stored.Count; length++)
        {
            var did = new Did();
            var restarted = Restart.From<TOut>(stored.Take(length), Configure(did));
            Assert.True(restarted.Held is null, $"{what} after {length}: {restarted.Held}");
            var end = EntryDecoder.Decode(Restart.Stored(restarted.Journal, restarted.Run!.Id)[^1]);
            Assert.True((end.Kind, $"{end.Path}", $"{end.Value}", ((RunStatusEntry)end).Reason) == (entries[^1].Kind, $"{entries[^1].Path}", $"{entries[^1].Value}", ((RunStatusEntry)entries[^1]).Reason), $"{what} after {length}: {end}, and not {entries[^1]}");
            var recorded = entries.Take(length).Where(entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true }).ToList();
            Assert.True(!did.Bodies().Intersect(recorded.Select(entry => entry.Path)).Any(), $"{what} after {length} repeats {string.Join(", ", did.Bodies())}");
            foreach (var (call, count) in did.Calls) Assert.True(count <= first.Calls[call] - recorded.OfType<EffectCompletedEntry>().Count(entry => entry.StepName == call), $"{what} after {length} repeats calls of {call}");
        }

        return entries;
    }

    /// <summary>What was executed: bodies by path, calls from outside of steps by name.</summary>
    internal sealed class Did
    {
        private readonly ConcurrentQueue<StepPath> _paths = new();

        public Did() => Bodies = () => _paths;

        public Func<IEnumerable<StepPath>> Bodies { get; set; }

        public ConcurrentDictionary<string, int> Calls { get; } = new();

        public void Note(StepPath path) => _paths.Enqueue(path);

        public T Note<T>(StepPath path, T value)
        {
            Note(path);
            return value;
        }

        public T Count<T>(string call, T value)
        {
            Calls.AddOrUpdate(call, 1, static (_, count) => count + 1);
            return value;
        }
    }

    internal sealed class Yes(Principal? by = null) : IApprover
    {
        public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) =>
            new(request.Kind == RequestKind.Question ? ApprovalDecision.Answer(request.Value, by) : ApprovalDecision.Approve(by));
    }

    /// <summary>Says what its script says for the number of times that it was called before: in this run, as the conversation shows.</summary>
    private sealed class Speaking(Did did, params string[] script) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var text = string.Concat(messages.Select(message => message.Text));
            var before = text.Contains("\"turnsLeft\"", StringComparison.Ordinal) ? 20 - int.Parse(text[(text.LastIndexOf(':') + 1)..^1], null)
                : text.Contains("\"notice\"", StringComparison.Ordinal) ? script.Length - 1
                : messages.Count(message => message.Role == ChatRole.Assistant);
            var said = script[Math.Min(before, script.Length - 1)];
            AIContent content = said.StartsWith("call:", StringComparison.Ordinal) ? new FunctionCallContent("c", said[5..], new Dictionary<string, object?> { ["reason"] = "yours" }) : new TextContent(said);
            return Task.FromResult(did.Count("model", new ChatResponse(new ChatMessage(ChatRole.Assistant, [content]))));
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

    internal sealed class Answering(Did did) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var results = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => $"{result.Result}").ToList();
            var answer = results.Count > 0
                ? new ChatMessage(ChatRole.Assistant, $"heard {string.Join(" and ", results)}")
                : new ChatMessage(ChatRole.Assistant, [.. new[] { 1, 2 }.Select(AIContent (x) => new FunctionCallContent($"c{x}", "double", new Dictionary<string, object?> { ["x"] = x }))]);
            return Task.FromResult(did.Count("model", new ChatResponse(answer)));
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
}
