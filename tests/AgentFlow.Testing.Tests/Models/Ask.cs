using Microsoft.Extensions.AI;

namespace AgentFlow.Testing.Tests.Models;

internal static class Ask
{
    internal static Task<ChatResponse> AskAsync(this IChatClient model, string text, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        model.GetResponseAsync([new ChatMessage(ChatRole.User, text)], options, cancellationToken);

    internal static IAsyncEnumerable<ChatResponseUpdate> AskStream(this IChatClient model, string text, CancellationToken cancellationToken = default) =>
        model.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, text)], null, cancellationToken);

    internal static async Task<List<ChatResponseUpdate>> ReadAsync(this IAsyncEnumerable<ChatResponseUpdate> stream)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in stream)
        {
            updates.Add(update);
        }

        return updates;
    }

    internal static FunctionCallContent[] Calls(this ChatResponse response) =>
        [.. response.Messages.SelectMany(static m => m.Contents).OfType<FunctionCallContent>()];
}
