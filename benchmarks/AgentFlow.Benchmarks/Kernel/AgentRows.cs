using Microsoft.Extensions.AI;

namespace AgentFlow.Benchmarks;

/// <summary>What agents cost beside the client and the function that they call, called by hand.</summary>
internal static class AgentRows
{
    private static readonly AIFunction Lookup = AIFunctionFactory.Create(static (int number) => number + 1, "lookup", "Looks a number up.");

    /// <summary>The model calls a tool and answers with its result: two model calls, one tool call.</summary>
    public static CodeRow OneToolRound(FlowRuntime runtime)
    {
        using var client = new InstantChatClient();
        var agent = Agent.Create("asker").Model(client).Tools(Tool.From(Lookup, o => o.Effect(EffectClass.Read))).Build();
        return new("agent with one tool round", 1,
            () => ByHandAsync(client).AsTask().Result, () => runtime.RunAsync(agent, InstantChatClient.Question).Result.Length, 8_000, 6_500);
    }

    /// <summary>Three agents, each with one model call and no tools.</summary>
    public static CodeRow ThreeInARow(FlowRuntime runtime)
    {
        using var client = new InstantChatClient();
        var flow = Flow.Start<string>("three").Then(Answering("first", client)).Then(Answering("second", client)).Then(Answering("third", client)).Build();
        return new("three agents in a row, per agent", 3,
            () => ThreeByHandAsync(client).AsTask().Result, () => runtime.RunAsync(flow, "x").Result.Length, 900, 2_500);
    }

    private static Agent<string, string> Answering(string name, IChatClient client) => Agent.Create(name).Model(client).Build();

    private static async ValueTask<int> ByHandAsync(IChatClient client)
    {
        List<ChatMessage> messages = [new(ChatRole.User, InstantChatClient.Question)];
        var options = new ChatOptions { Tools = [Lookup] };
        while (true)
        {
            var response = await client.GetResponseAsync(messages, options).ConfigureAwait(false);
            messages.AddRange(response.Messages);
            if (response.Messages[^1].Contents is not [FunctionCallContent call]) return response.Text.Length;
            var result = await Lookup.InvokeAsync(new AIFunctionArguments(call.Arguments)).ConfigureAwait(false);
            messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
        }
    }

    private static async ValueTask<int> ThreeByHandAsync(IChatClient client)
    {
        var text = "x";
        for (var i = 0; i < 3; i++) text = (await client.GetResponseAsync([new(ChatRole.User, text)], new ChatOptions()).ConfigureAwait(false)).Text;
        return text.Length;
    }

    /// <summary>Answers at once: the question with a call of the tool, everything else with a text.</summary>
    private sealed class InstantChatClient : IChatClient
    {
        public const string Question = "question";
        private static readonly Dictionary<string, object?> Arguments = new() { ["number"] = System.Text.Json.JsonElement.Parse("41") };
        private static readonly ChatMessage Call = new(ChatRole.Assistant, [new FunctionCallContent("1", Lookup.Name, Arguments)]);
        private static readonly ChatMessage Answer = new(ChatRole.Assistant, "answer");

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(messages.Last() is { Text: Question } ? Call : Answer));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
