using Microsoft.Extensions.AI;

namespace AgentFlow.Benchmarks;

/// <summary>Answers at once: with a hand-over where it is offered one, with a text otherwise.</summary>
internal sealed class InstantModel : IChatClient
{
    private static readonly ChatMessage Answer = new(ChatRole.Assistant, "answer");

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ChatResponse(options?.Tools is [var tool, ..] ? HandOver(tool.Name) : Answer));

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static ChatMessage HandOver(string tool) =>
        new(ChatRole.Assistant, [new FunctionCallContent("1", tool, new Dictionary<string, object?> { ["reason"] = "yours" })]);
}
