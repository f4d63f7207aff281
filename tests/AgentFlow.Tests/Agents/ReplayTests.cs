using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

/// <summary>A run is cut after every one of its entries and continued: same result, nothing recorded is done again.</summary>
public class ReplayTests
{
    private sealed record Summary(string Title, int Length);

    [Fact]
    public async Task A_conversation_with_parallel_tools_repairs_and_failures_continues_anywhere()
    {
        var world = new World();
        var agent = Agent.Create<string, Summary>("summarize").Model(world.Model(messages => Assistant(messages) switch
        {
            0 => Calls(("length", 1), ("length", 2), ("broken", 3), ("unknown", 4)),
            1 => Text("not json"),
            2 => Calls(("length", 5)),
            _ => Text($"{{\"title\":\"t\",\"length\":{messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Count()}}}"),
        })).Tools(world.Tool("length", number => number), world.Tool("broken", _ => throw new ToolException("no"))).Build();
        await CutEverywhereAsync(world, Flow.Start<string>("f").Then(agent).Build(), new Summary("t", 5));
    }

    [Fact]
    public async Task Agents_flows_and_steps_as_tools_continue_anywhere()
    {
        var world = new World();
        var researcher = Agent.Create<string, string>("researcher").Model(world.Model(messages => Assistant(messages) == 0 ? Calls(("look", 7)) : Text("found"))).Tools(world.Tool("look", number => number)).Build();
        var twice = Flow.Start<int>("twice").Then("one", (x, _) => world.Did("one", x * 2)).Then("two", (x, _) => world.Did("two", x * 2)).Build();
        var writer = Agent.Create("writer").Model(world.Model(messages => Assistant(messages) switch
        {
            0 => new(ChatRole.Assistant, [Call("researcher", "r1", "a"), Call("researcher", "r2", "b"), Call("twice", "t", 3)]),
            1 => new(ChatRole.Assistant, [Call("twice", "t2", 4)]),
            _ => Text(string.Join(',', messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.Result))),
        })).Tools(researcher, twice).Build();
        await CutEverywhereAsync(world, Flow.Start<string>("f").Then(writer).Build(), "found,found,12,16");
    }

    [Fact]
    public async Task Judged_invocations_continue_anywhere_and_those_that_ended_are_not_judged_again()
    {
        var world = new World();
        var inner = Agent.Create("inner").Model(world.Model(messages => Text($"({messages[^1].Text})"))).Build();
        var outer = Agent.Create("outer").Model(world.Model(messages => Assistant(messages) == 0
            ? new(ChatRole.Assistant, [Call("inner", "1", "x"), Call("inner", "2", "y")])
            : Text(string.Join("", messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.Result))))).Tools(inner).Build();
        world.Policies = () =>
        [
            new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, request => request.Facts.Target == "inner" ? PolicyDecision.Replace($"{request.Content.Value}?", "marked") : PolicyDecision.Allow),
            new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Result, request => request.Facts.Target == "inner" ? PolicyDecision.Replace($"{request.Content.Value}!", "marked") : PolicyDecision.Allow),
            new Judge(PolicyOperation.CallTool, PolicyPhase.Request, request => request.Content.Value is "y" ? PolicyDecision.Replace("z", "marked") : PolicyDecision.Allow),
        ];
        var flow = Flow.Start<string>("f").Then(outer).Then("end", (text, _) => world.Did("end", text)).Build();
        await CutEverywhereAsync(world, flow, "(x?)!(z?)!", (policies, prefix) =>
        {
            var ended = prefix.OfType<DecisionMadeEntry>().Where(entry => entry.Path.Name == "(invocation)").Select(entry => entry.Path.Parent!).ToHashSet();
            Assert.DoesNotContain(policies[0].Asked, asked => ended.Contains(asked.Path));
            Assert.DoesNotContain(policies[1].Asked, asked => ended.Contains(asked.Path));
            var called = prefix.OfType<DecisionMadeEntry>().Where(entry => entry.Path.Name == "(call)").Select(entry => entry.Path.Parent!).ToHashSet();
            Assert.DoesNotContain(policies[2].Asked, asked => called.Contains(asked.Path));
        });
    }

    [Fact]
    public async Task A_refused_invocation_stays_refused_when_the_policy_has_changed_its_mind()
    {
        var world = new World();
        var agent = Agent.Create("agent").Model(world.Model(_ => Text("answer"))).Build();
        var flow = Flow.FromCode<string, string>("f", async (text, context) =>
        {
            try
            {
                return await context.RunAsync(agent, text);
            }
            catch (PolicyDeniedException denied)
            {
                return await context.RunAsync(Step.Create<string, string>("excuse", (reason, _) => world.Did("excuse", $"sorry: {reason}")), denied.Reason);
            }
        });
        await using var strict = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Deny("no")));
        var run = await strict.EndedAsync(flow, "x");
        Assert.Equal("sorry: judge: no", await run);
        await using var lenient = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Allow));
        Assert.Equal("sorry: judge: no", await lenient.Resume(flow, Without(run.Entries)).Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(1, world.Total);
    }

    [Fact]
    public async Task A_withheld_result_stays_withheld()
    {
        var world = new World();
        var agent = Agent.Create("agent").Model(world.Model(_ => Text("secret"))).Build();
        var flow = Flow.FromCode<string, string>("f", async (text, context) =>
        {
            try
            {
                return await context.RunAsync(agent, text);
            }
            catch (PolicyDeniedException denied)
            {
                return $"withheld: {denied.Reason}";
            }
        });
        await using var strict = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Result, _ => PolicyDecision.Deny("no")));
        var run = await strict.EndedAsync(flow, "x");
        Assert.Equal("withheld: judge: no", await run);
        await using var lenient = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Result, _ => PolicyDecision.Allow));
        Assert.Equal("withheld: judge: no", await lenient.Resume(flow, Without(run.Entries)).Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(1, world.Total);
    }

    [Fact]
    public async Task A_permission_without_an_outcome_is_asked_for_again()
    {
        var world = new World();
        var agent = Agent.Create("agent").Model(world.Model(messages => Assistant(messages) == 0 ? Calls(("look", 1)) : Text("answer"))).Tools(world.Tool("look", number => number)).Build();
        await using var lenient = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Allow));
        var run = await lenient.EndedAsync(agent, "x");
        var prefix = run.Entries.TakeWhile(entry => entry.Path.ToString() != "agent/model#2").ToList();
        await using var strict = Runtimes.With(new Judge(PolicyOperation.InvokeAgent, PolicyPhase.Request, _ => PolicyDecision.Deny("no longer")));
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => strict.Resume(agent, prefix).Result.WaitAsync(HangGuard.Limit));
        Assert.Equal("PolicyDenied", failed.ErrorType);
    }

    [Fact]
    public async Task An_agents_own_failure_is_the_same_on_replay_and_nothing_is_called()
    {
        var world = new World();
        var agent = Agent.Create<string, Summary>("agent").Model(world.Model(_ => Text("never json"))).Repairs(1).Build();
        var flow = Flow.FromCode<string, string>("f", async (text, context) =>
        {
            try
            {
                return (await context.RunAsync(agent, text)).Title;
            }
            catch (UnparsableOutputException unparsable)
            {
                return $"{unparsable.LastText} {unparsable.Path} {unparsable.RunId == context.RunId}";
            }
        });
        await CutEverywhereAsync(world, flow, "never json f/agent True");
    }

    private static int Assistant(IReadOnlyList<ChatMessage> messages) => messages.Count(message => message.Role == ChatRole.Assistant);

    private static ChatMessage Text(string text) => new(ChatRole.Assistant, text);

    private static ChatMessage Calls(params (string Tool, int Number)[] calls) => new(ChatRole.Assistant, [.. calls.Select(call => (AIContent)new FunctionCallContent($"{call.Number}", call.Tool, new Dictionary<string, object?> { ["number"] = call.Number }))]);

    private static FunctionCallContent Call(string tool, string id, object input) => new(id, tool, new Dictionary<string, object?> { ["input"] = input });

    private static List<JournalEntry> Without(IReadOnlyList<JournalEntry> entries) => [.. entries.Where(entry => entry.Kind is not (JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed))];

    private static async Task CutEverywhereAsync<TOut>(World world, Flow<string, TOut> flow, TOut expected, Action<Judge[], List<JournalEntry>>? check = null)
    {
        List<JournalEntry> entries;
        await using (var runtime = Runtimes.With(world.Policies()))
        {
            var run = await runtime.EndedAsync(flow, "in");
            Assert.Equal(expected, await run);
            entries = Without(run.Entries);
        }

        var total = world.Total;
        var outcomes = entries.Count(IsOutcome);
        Assert.Equal(outcomes, total);
        for (var cut = 1; cut <= entries.Count; cut++)
        {
            world.Reset();
            var prefix = entries[..cut];
            var policies = world.Policies();
            await using var runtime = Runtimes.With(policies);
            var run = runtime.Resume(flow, prefix);
            await run.Ended.WaitAsync(HangGuard.Limit);
            Assert.Equal(expected, await run);
            Assert.Equal(total - prefix.Count(IsOutcome), world.Total);
            Assert.Equal(outcomes, run.Entries.Where(IsOutcome).Select(entry => entry.Path).Distinct().Count());
            check?.Invoke(policies, prefix);
        }

        await RecoverEverywhereAsync(world, flow, expected);
    }

    /// <summary>The same from what a durable store kept: everything went through the serializer.</summary>
    private static async Task RecoverEverywhereAsync<TOut>(World world, Flow<string, TOut> flow, TOut expected)
    {
        world.Reset();
        var journal = new InProcessJournal();
        await using var first = Runtimes.With(options => options.Journal = journal, world.Policies());
        var run = await first.EndedAsync(flow, "in");
        Assert.Equal(expected, await run);
        var stored = (await journal.ReadAsync(run.Id, 0, default)).Where(entry => entry.Kind != JournalEntryKind.RunCompleted).ToList();
        var total = world.Total;
        for (var cut = 1; cut <= stored.Count; cut++)
        {
            world.Reset();
            var copy = new InProcessJournal();
            await copy.AppendAsync(run.Id, 1, stored[..cut], default);
            await using var second = Runtimes.With(options => options.Journal = copy, world.Policies());
            second.Steps.Add(flow);
            Assert.Empty((await second.RecoverAsync()).Held);
            if (second.GetRun<TOut>(run.Id) is { } recovered) await recovered.Ended.WaitAsync(HangGuard.Limit);
            var last = EntryDecoder.Decode((await copy.ReadAsync(run.Id, 0, default))[^1]);
            Assert.Equal(JournalEntryKind.RunCompleted, last.Kind);
            Assert.Equal(JsonSerializer.Serialize(expected, AIJsonUtilities.DefaultOptions), JsonSerializer.Serialize(last.Value, AIJsonUtilities.DefaultOptions));
            Assert.Equal(total - stored[..cut].Select(EntryDecoder.Decode).Count(IsOutcome), world.Total);
        }
    }

    private static bool IsOutcome(JournalEntry entry) => entry.Kind is JournalEntryKind.EffectCompleted or JournalEntryKind.EffectFailed;

    /// <summary>Models and tools that count what is really done. Models answer from the conversation alone.</summary>
    private sealed class World
    {
        private readonly ConcurrentQueue<string> _done = new();

        public int Total => _done.Count;

        public Func<Judge[]> Policies { get; set; } = () => [];

        public void Reset() => _done.Clear();

        public T Did<T>(string what, T value)
        {
            _done.Enqueue(what);
            return value;
        }

        public Tool Tool(string name, Func<int, object> body) => AgentFlow.Tool.From(name, "", (int number) => body(Did(name, number)), o => o.Effect(EffectClass.Idempotent));

        public IChatClient Model(Func<IReadOnlyList<ChatMessage>, ChatMessage> answer) => new Answering(this, answer);

        private sealed class Answering(World world, Func<IReadOnlyList<ChatMessage>, ChatMessage> answer) : IChatClient
        {
            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
                Task.FromResult(new ChatResponse(world.Did("model", answer([.. messages]))));

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
}
