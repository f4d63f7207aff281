using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Tools;

/// <summary>What a tool returned reaches the model the same way, live and from what a store has kept.</summary>
public class ToolResultTests
{
    private sealed record Order(string Item, int Count);

    private sealed class Node
    {
        public Node? Next { get; set; }
    }

    /// <summary>A function that hands out its objects as they are.</summary>
    private sealed class Raw(object? result) : AIFunction
    {
        public override string Name => "t";

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => new(result);
    }

    public static TheoryData<string> Results => ["nothing", "null text", "text", "number", "record", "content", "picture", "contents", "lazy contents", "one kind of contents", "posing as content", "raw record", "raw contents", "raw json null", "sequence"];

    private static Tool Returning(string what) => what switch
    {
        "nothing" => Tool.From("t", "", () => { }, o => o.Effect(EffectClass.Read)),
        "null text" => Tool.From("t", "", string? () => null, o => o.Effect(EffectClass.Read)),
        "text" => Tool.From("t", "", () => "text", o => o.Effect(EffectClass.Read)),
        "number" => Tool.From("t", "", () => 5, o => o.Effect(EffectClass.Read)),
        "record" => Tool.From("t", "", () => new Order("pen", 2), o => o.Effect(EffectClass.Read)),
        "content" => Tool.From("t", "", () => new TextContent("text"), o => o.Effect(EffectClass.Read)),
        "picture" => Tool.From("t", "", () => Picture(), o => o.Effect(EffectClass.Read)),
        "contents" => Tool.From("t", "", () => new List<AIContent> { new TextContent("a"), Picture() }, o => o.Effect(EffectClass.Read)),
        "lazy contents" => Tool.From("t", "", () => Enumerable.Range(0, 2).Select(n => (AIContent)new TextContent($"{n}")), o => o.Effect(EffectClass.Read)),
        "one kind of contents" => Tool.From("t", "", () => new TextContent[] { new("a"), new("b") }, o => o.Effect(EffectClass.Read)),
        "posing as content" => Tool.From("t", "", () => JsonElement.Parse("{\"$type\":\"text\",\"text\":\"x\"}"), o => o.Effect(EffectClass.Read)),
        "raw record" => Tool.From(new Raw(new Order("pen", 2)), o => o.Effect(EffectClass.Read)),
        "raw contents" => Tool.From(new Raw(new AIContent[] { new TextContent("a") }), o => o.Effect(EffectClass.Read)),
        "raw json null" => Tool.From(new Raw(JsonElement.Parse("null")), o => o.Effect(EffectClass.Read)),
        _ => Tool.From("t", "", Counting, o => o.Effect(EffectClass.Read)),
    };

    private static DataContent Picture() => new(new byte[] { 1, 2, 3 }, "image/png");

    private static async IAsyncEnumerable<int> Counting()
    {
        for (var i = 0; i < 3; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    /// <summary>Kind and content: types and what a service would be sent.</summary>
    private static string Describe(ScriptedChatClient model, int call)
    {
        var result = model.Calls[call].ToolResults.Single().Result;
        var kinds = result is IEnumerable<AIContent> contents ? string.Join(',', contents.Select(content => content.GetType().Name)) : result?.GetType().Name ?? "null";
        var json = result is IEnumerable<AIContent> all ? JsonSerializer.Serialize<IList<AIContent>>([.. all], AIJsonUtilities.DefaultOptions)
            : result is AIContent one ? JsonSerializer.Serialize(one, AIJsonUtilities.DefaultOptions)
            : JsonSerializer.Serialize(result, AIJsonUtilities.DefaultOptions);
        return $"{kinds} {json}";
    }

    [Theory, MemberData(nameof(Results))]
    public async Task A_model_is_sent_the_same_after_a_restart(string what)
    {
        using var model = new ScriptedChatClient().CallTool("t").Reply("done");
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(Agent.Create("a").Model(model).Tools(Returning(what)).Build(), "x");
        Assert.Equal("done", await run);
        var live = Describe(model, 1);

        var stored = run.Entries.TakeWhile(entry => entry.Path.ToString() != "a/model#2").Select((entry, i) => i == 0 ? entry : EntryDecoder.Decode(EntryEncoder.Encode(entry, runtime.Json))).ToList();
        Assert.Contains(stored, entry => entry is EffectCompletedEntry { StepName: "t" });
        using var again = new ScriptedChatClient().Reply("done");
        Assert.Equal("done", await runtime.Resume(Agent.Create("a").Model(again).Tools(Returning(what)).Build(), stored).Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(live, Describe(again, 0));

        using var copied = new ScriptedChatClient().CallTool("t").Reply("done");
        await using var copying = new FlowRuntime(new() { RoundTripValues = true });
        await copying.RunAsync(Agent.Create("a").Model(copied).Tools(Returning(what)).Build(), "x");
        Assert.Equal(live, Describe(copied, 1));
    }

    [Fact]
    public async Task Content_is_content()
    {
        foreach (var (what, kind) in (ValueTuple<string, string>[])[("picture", "DataContent"), ("contents", "TextContent,DataContent"), ("posing as content", "JsonElement"), ("record", "JsonElement"), ("nothing", "null"), ("null text", "null")])
        {
            using var model = new ScriptedChatClient().CallTool("t").Reply("done");
            await using var runtime = new FlowRuntime();
            await runtime.RunAsync(Agent.Create("a").Model(model).Tools(Returning(what)).Build(), "x");
            Assert.StartsWith($"{kind} ", Describe(model, 1), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_step_as_a_tool_hands_content_to_the_model()
    {
        using var model = new ScriptedChatClient().CallTool("t", ("input", "x")).Reply("done");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent.Create("a").Model(model).Tools(Step.Create<string, DataContent>("t", (_, _) => Picture())).Build(), "x");
        Assert.IsType<DataContent>(model.Calls[1].ToolResults.Single().Result);
    }

    [Theory]
    [InlineData(EffectClass.Read, "Error: the result of 't' cannot be shown.")]
    [InlineData(EffectClass.Irreversible, "Error: 't' was carried out, but its result cannot be shown. Do not call it again for the same purpose.")]
    public async Task A_result_that_cannot_be_written_is_not_told_as_a_failure_of_the_tool(EffectClass effect, string expected)
    {
        var loop = new Node();
        loop.Next = loop;
        foreach (var tool in (Tool[])[Tool.From("t", "", () => loop, o => o.Effect(effect)), Tool.From(new Raw(loop), o => o.Effect(effect))])
        {
            using var model = new ScriptedChatClient().CallTool("t").Reply(call => call.ToolResults[0].Result!.ToString()!);
            await using var runtime = new FlowRuntime();
            Assert.Equal(expected, await runtime.RunAsync(Agent.Create("a").Model(model).Tools(tool).Build(), "x"));
        }
    }

    [Theory]
    [InlineData(EffectClass.Read, "Error: the result of 't' cannot be shown.")]
    [InlineData(EffectClass.Irreversible, "Error: 't' was carried out, but its result cannot be shown. Do not call it again for the same purpose.")]
    public async Task A_result_that_is_too_large_to_be_recorded_is_not_told_as_a_failure_of_the_tool(EffectClass effect, string expected)
    {
        using var model = new ScriptedChatClient().CallTool("t").Reply(call => call.ToolResults[0].Result!.ToString()!);
        await using var runtime = new FlowRuntime(new() { Journal = new InProcessJournal(), MaxPayloadBytes = 10_000 });
        var run = await runtime.EndedAsync(Agent.Create("a").Model(model).Tools(Tool.From("t", "", () => new string('x', 20_000), o => o.Effect(effect))).Build(), "x");
        Assert.Equal(expected, await run);
    }
}
