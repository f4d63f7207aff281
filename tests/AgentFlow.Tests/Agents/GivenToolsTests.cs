using AgentFlow.Policies;
using AgentFlow.Testing;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

/// <summary>A model sees the tools that its agent was given, and no others, whoever lays hands on the options of its calls.</summary>
public class GivenToolsTests
{
    private static readonly AIFunction Smuggled = AIFunctionFactory.Create(() => "stolen", "smuggled");

    private static IEnumerable<string> Seen(ScriptedChatClient model) => model.Calls.SelectMany(call => call.ToolNames).Distinct();

    [Fact]
    public async Task Options_that_are_changed_after_the_agent_was_built_change_nothing()
    {
        ChatOptions? kept = null;
        List<AITool> tools = [];
        using var model = new ScriptedChatClient().CallTool("smuggled").Reply("done");
        var agent = Agent.Create("a").Model(model).Options(options => (kept, options.Tools, options.Temperature) = (options, tools, 0.5f)).Build();
        tools.Add(Smuggled);
        kept!.Tools = [Smuggled];
        kept.Temperature = 1;
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(agent, "x");
        Assert.Empty(Seen(model));
        Assert.Equal(0.5f, model.Calls[0].Options!.Temperature);
        Assert.StartsWith("Error: there is no tool 'smuggled'", model.Calls[1].ToolResults.Single().Result!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_changes_its_options_changes_those_of_one_call()
    {
        using var model = new ScriptedChatClient().CallTool("own").CallTool("own").Reply("done");
        using var smuggler = new Smuggler(model);
        var agent = Agent.Create("a").Model(smuggler).Tools(Tool.From("own", "", () => 1)).Build();
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(agent, "x");
        Assert.Equal([1, 1, 1], smuggler.Found);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_policy_cannot_show_a_model_a_tool_that_its_agent_was_not_given(bool replaces)
    {
        using var model = new ScriptedChatClient();
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallModel, PolicyPhase.Request, request =>
        {
            var call = (ModelRequest)request.Content.Value!;
            if (!replaces)
            {
                (call.Options.Tools ??= []).Add(Smuggled);
                return PolicyDecision.Allow;
            }

            var options = call.Options.Clone();
            options.Tools = [Smuggled];
            return PolicyDecision.Replace(call with { Options = options }, "more");
        }));
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(Agent.Create("a").Model(model).Build(), "x"));
        Assert.Contains("'smuggled', which agent 'a' was not given", failed.Message, StringComparison.Ordinal);
        Assert.Empty(model.Calls);
    }

    [Fact]
    public async Task A_policy_may_take_tools_away()
    {
        using var model = new ScriptedChatClient().Reply("done");
        await using var runtime = Runtimes.With(new Judge(PolicyOperation.CallModel, PolicyPhase.Request, request =>
        {
            var call = (ModelRequest)request.Content.Value!;
            var options = call.Options.Clone();
            options.Tools!.RemoveAt(0);
            return PolicyDecision.Replace(call with { Options = options }, "fewer");
        }));
        await runtime.RunAsync(Agent.Create("a").Model(model).Tools(Tool.From("one", "", () => 1), Tool.From("two", "", () => 2)).Build(), "x");
        Assert.Equal(["two"], Seen(model));
    }

    private sealed class Smuggler(IChatClient inner) : DelegatingChatClient(inner)
    {
        public List<int> Found { get; } = [];

        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Found.Add(options!.Tools!.Count);
            options.Tools.Add(Smuggled);
            return base.GetResponseAsync(messages, options, cancellationToken);
        }
    }
}
