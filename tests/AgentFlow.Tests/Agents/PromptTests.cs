using AgentFlow.Testing;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

public class PromptTests
{
    private sealed record Question(string Text, int Länge);

    [Fact]
    public async Task Without_a_prompt_the_input_is_compact_json_with_readable_letters()
    {
        using var model = new ScriptedChatClient().Reply("ok");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent.Create<Question, string>("a").Model(model).Build(), new("Wie groß?", 3));
        Assert.Equal("{\"text\":\"Wie groß?\",\"länge\":3}", model.Calls[0].Text);
    }

    [Fact]
    public async Task Instructions_and_messages_may_depend_on_the_input()
    {
        using var model = new ScriptedChatClient().Reply("ok");
        var agent = Agent.Create<Question, string>("a").Model(model)
            .Instructions(question => $"At most {question.Länge} words.")
            .Prompt(question => [new ChatMessage(ChatRole.User, "an example"), new ChatMessage(ChatRole.Assistant, "its answer"), new ChatMessage(ChatRole.User, question.Text)])
            .Build();
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(agent, new("Why?", 3));
        Assert.Equal("At most 3 words.", model.Calls[0].Instructions);
        Assert.Equal(["an example", "its answer", "Why?"], model.Calls[0].Messages.Skip(1).Select(message => message.Text));
    }

    [Fact]
    public async Task Options_are_set_on_every_call_and_each_call_has_its_own_copy()
    {
        var seen = new List<ChatOptions>();
        using var model = new ScriptedChatClient().CallTool("t").Reply("ok");
        using var spying = new Spy(model, seen);
        var agent = Agent.Create("a").Model(spying).Options(options => options.Temperature = 0.5f).Tools(Tool.From("t", "", () => 1)).Build();
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(agent, "x");
        Assert.Equal(2, seen.Count);
        Assert.NotSame(seen[0], seen[1]);
        Assert.All(seen, options => Assert.Equal(0.5f, options.Temperature));
    }

    [Fact]
    public async Task A_client_that_calls_functions_itself_has_none_to_call()
    {
        using var model = new ScriptedChatClient().Reply("ok");
        var agent = Agent.Create("a").Model(model).Tools(Tool.From("t", "", () => 1)).Build();
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(agent, "x");
        Assert.All(model.Calls[0].Options!.Tools!, tool => Assert.IsNotType<AIFunction>(tool, exactMatch: false));
    }

    private sealed class Spy(IChatClient inner, List<ChatOptions> seen) : DelegatingChatClient(inner)
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            seen.Add(options!);
            return base.GetResponseAsync(messages, options, cancellationToken);
        }
    }
}
