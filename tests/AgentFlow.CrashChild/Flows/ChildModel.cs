using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentFlow.CrashChild;

/// <summary>A model that asks for two tools and then sums up what they said.</summary>
internal sealed class ChildModel(Action<string> reach) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        reach("model: before");
        var all = messages.ToList();
        var results = all.SelectMany(message => message.Contents).OfType<FunctionResultContent>().ToList();
        if (results.Count > 0) return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"{string.Join(" + ", results.Select(result => result.Result))}")));
        string order = all.Last(message => message.Role == ChatRole.User).Text;
        var arguments = new Dictionary<string, object?> { ["number"] = order };
        return Task.FromResult(new ChatResponse(new ChatMessage(
            ChatRole.Assistant, [new FunctionCallContent("look", "look", arguments), new FunctionCallContent("charge", "charge", arguments)])));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
