using System.ComponentModel;
using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Tools;

public class ToolKindTests
{
    private sealed record Order(string Item, int Count);

    [Description("Finds a policy")]
    private static string FindPolicy([Description("its number")] string number, int? year = null) => $"{number}/{year}";

    private static async Task<(object? Told, FlowRun Run, ScriptedChatClient Model)> CallAsync(Tool tool, object arguments, FlowRuntimeOptions? options = null)
    {
        var model = new ScriptedChatClient().CallTool(tool.Name, arguments).Reply("done");
        var agent = Agent.Create("a").Model(model).Tools(tool).Build();
        await using var runtime = new FlowRuntime(options);
        var run = await runtime.EndedAsync(agent, "x");
        Assert.Equal("done", await run);
        return (model.Calls[1].ToolResults.Single().Result, run, model);
    }

    [Fact]
    public async Task A_method_is_described_by_its_name_and_attributes()
    {
        var tool = Tool.From(FindPolicy);
        Assert.Equal("FindPolicy", tool.Name);
        Assert.Equal("Finds a policy", tool.Description);
        Assert.Equal(EffectClass.Irreversible, tool.Effect);

        var (told, _, model) = await CallAsync(tool, new { number = "P-1" });

        Assert.Equal("P-1/", told);
        var shown = Assert.IsType<AIFunctionDeclaration>(model.Calls[0].Options!.Tools!.Single(), exactMatch: false);
        Assert.Equal("its number", shown.JsonSchema.GetProperty("properties").GetProperty("number").GetProperty("description").GetString());
    }

    [Fact]
    public async Task A_result_that_is_no_text_reaches_the_model_as_json()
    {
        var (told, run, _) = await CallAsync(Tool.From("order", "", (string item) => new Order(item, 2)), new { item = "pen" });
        var json = Assert.IsType<JsonElement>(told);
        Assert.Equal(("pen", 2), (json.GetProperty("item").GetString(), json.GetProperty("count").GetInt32()));
        var detail = run.Entries.OfType<EffectCompletedEntry>().Single(entry => entry.StepName == "order").Detail!;
        Assert.Equal("order", detail.Tool);
        Assert.Equal("a", detail.Agent);
        Assert.Equal("pen", detail.Arguments!["item"]!.ToString());
    }

    [Fact]
    public async Task A_tool_gets_services_and_the_token()
    {
        var services = new ServiceCollection().AddSingleton("from the container").BuildServiceProvider();
        var tool = Tool.From("t", "", (IServiceProvider provider, CancellationToken token) => $"{provider.GetService<string>()} {token.CanBeCanceled}");
        Assert.Equal("from the container True", (await CallAsync(tool, new { }, new() { Services = services })).Told);
    }

    [Fact]
    public async Task A_function_converts_to_a_tool()
    {
        AIFunction function = AIFunctionFactory.Create((int a, int b) => a + b, "add", "Adds.");
        Tool tool = function;
        Assert.Equal(EffectClass.Irreversible, tool.Effect);
        Assert.Equal("5", (await CallAsync(tool, new { a = 2, b = 3 })).Told!.ToString());
    }

    [Fact]
    public async Task Options_rename_and_describe()
    {
        var tool = Tool.From(AIFunctionFactory.Create(() => 1, "one"), o => o.Name("uno").Description("Eins.").Effect(EffectClass.Read).Scopes("numbers:read"));
        Assert.Equal(("uno", "Eins.", EffectClass.Read), (tool.Name, tool.Description, tool.Effect));
        Assert.Equal(["numbers:read"], tool.Scopes);
        var (_, run, model) = await CallAsync(tool, new { });
        Assert.Equal(["uno"], model.Calls[0].ToolNames);
        Assert.Contains(run.Entries, entry => entry.Path.ToString() == "a/uno");
    }

    [Fact]
    public async Task Irreversible_tools_announce_themselves_in_the_journal_and_others_do_not()
    {
        var (_, run, _) = await CallAsync(Tool.From("pay", "", () => 1), new { });
        Assert.Equal("a/pay", run.Entries.OfType<EffectIntendedEntry>().Single().Path.ToString());
        var (_, other, _) = await CallAsync(Tool.From("look", "", () => 1, o => o.Effect(EffectClass.Read)), new { });
        Assert.Empty(other.Entries.OfType<EffectIntendedEntry>());
    }

    [Fact]
    public async Task A_step_takes_its_arguments_from_the_properties_of_its_input()
    {
        var step = Step.Create<Order, string>("order", (order, _) => $"{order.Count} × {order.Item}");
        Tool tool = step;
        Assert.Equal(EffectClass.Idempotent, tool.Effect);
        var (told, run, model) = await CallAsync(tool, new { item = "pen", count = 3 });
        Assert.Equal("3 × pen", told);
        Assert.Equal(["a/model", "a/order", "a/model#2"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
        var shown = Assert.IsType<AIFunctionDeclaration>(model.Calls[0].Options!.Tools!.Single(), exactMatch: false);
        Assert.Equal(["item", "count"], shown.JsonSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task A_flow_runs_below_the_agent_with_every_effect_in_the_journal()
    {
        var flow = Flow.Start<int>("double-twice").Then("first", (x, _) => x * 2).Then("second", (x, _) => x * 2).Build();
        var (told, run, _) = await CallAsync(Tool.From(flow), new { input = 3 });
        Assert.Equal("12", told!.ToString());
        Assert.Equal(
            ["a/model", "a/double-twice/first", "a/double-twice/second", "a/model#2"],
            run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task An_agent_is_a_tool_with_its_description()
    {
        using var inner = new ScriptedChatClient().Reply("42").Reply("43");
        var researcher = Agent.Create("researcher").Description("Finds things out.").Model(inner).Build();
        using var model = new ScriptedChatClient().CallTools(("researcher", new { input = "life" }), ("researcher", new { input = "death" })).Reply("done");
        var agent = Agent.Create("writer").Model(model).Tools(researcher).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(agent, "x");
        Assert.Equal("done", await run);
        Assert.Equal(
            ["writer/model", "writer/model#2", "writer/researcher#2/model", "writer/researcher/model"],
            run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal("Finds things out.", model.Calls[0].Options!.Tools!.Single().Description);
        Assert.Equal(["death", "life"], inner.Calls.Select(call => call.Text).Order());
    }

    [Fact]
    public async Task A_tools_label_is_carried_by_what_follows()
    {
        using var model = new ScriptedChatClient().CallTools(("web", new { }), ("pad", new { })).Reply("done");
        var agent = Agent.Create("a").Model(model)
            .Tools(Tool.From("web", "", () => "page", o => o.Source(Label.Untrusted("web"))), Tool.From("pad", "", () => "note"))
            .Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.EndedAsync(agent, "x");
        var completed = run.Entries.OfType<EffectCompletedEntry>().ToDictionary(entry => entry.Path.ToString());
        Assert.Null(completed["a/model"].Label);
        Assert.Equal(Integrity.Untrusted, completed["a/web"].Label!.Integrity);
        Assert.Null(completed["a/pad"].Label);
        Assert.Equal(Integrity.Untrusted, completed["a/model#2"].Label!.Integrity);
    }
}
