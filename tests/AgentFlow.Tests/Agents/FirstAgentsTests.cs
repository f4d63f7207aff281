using AgentFlow.Journaling;
using AgentFlow.Testing;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

public class FirstAgentsTests
{
    private sealed record Person(string Name, int Age);

    [Fact]
    public async Task An_agent_answers_text_with_text()
    {
        using var model = new ScriptedChatClient().Reply("Bonjour");
        var agent = Agent.Create("translator").Instructions("Translate into French.").Model(model).Build();
        await using var runtime = new FlowRuntime();

        Assert.Equal("Bonjour", await runtime.RunAsync(agent, "Hello"));

        var call = Assert.Single(model.Calls);
        Assert.Equal("Translate into French.", call.Instructions);
        Assert.Equal("Hello", call.Text);
        model.VerifyComplete();
    }

    [Fact]
    public async Task A_typed_result_is_demanded_by_schema_and_read_from_json()
    {
        using var model = new ScriptedChatClient().Reply(new Person("Ada", 36));
        var agent = Agent.Create<string, Person>("reader").Prompt(text => $"Who is it? {text}").Model(model).Build();
        await using var runtime = new FlowRuntime();

        Assert.Equal(new Person("Ada", 36), await runtime.RunAsync(agent, "Ada, 36"));

        var format = Assert.IsType<ChatResponseFormatJson>(model.Calls[0].Options!.ResponseFormat);
        Assert.Equal("object", format.Schema!.Value.GetProperty("type").GetString());
        Assert.Equal("Person", format.SchemaName);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_result_goes_back_to_the_model()
    {
        using var model = new ScriptedChatClient().CallTool("age_of", new { name = "Ada" }).Reply(new Person("Ada", 36));
        var tool = Tool.From("age_of", "How old somebody is.", (string name) => name.Length * 12, o => o.Effect(EffectClass.Read));
        var agent = Agent.Create<string, Person>("reader").Model(model).Tools(tool).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(agent, "Ada");

        Assert.Equal(36, (await run).Age);

        Assert.Equal(["reader/model", "reader/age_of", "reader/model#2"], run.Entries.OfType<EffectCompletedEntry>().Select(entry => entry.Path.ToString()));
        Assert.Equal("36", model.Calls[1].ToolResults.Single().Result!.ToString());
        Assert.Equal(["age_of"], model.Calls[0].ToolNames);
    }
}
