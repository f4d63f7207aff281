using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

/// <summary>
/// A model made of rules, so that the sample runs without a network and gives the same result every time. It gets
/// what any model gets (instructions, messages, tool definitions, a JSON schema) and answers from that alone: it
/// never sees a file name, and text it has not met before is read like any other. Thread-safe.
/// </summary>
/// <param name="thinkingTime">How long an answer takes; zero by default.</param>
internal sealed class RuleBasedChatClient(TimeSpan thinkingTime = default, TimeProvider? clock = null) : IChatClient
{
    public const string ModelId = "rule-based-1";

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        if (thinkingTime > TimeSpan.Zero)
            await Task.Delay(thinkingTime, _clock, cancellationToken);
        var conversation = Conversation.Read(messages, options);
        return ResponseWriter.Write(conversation, RolePicker.Pick(conversation).Answer(conversation));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in ResponseChunks.Of(response))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        return serviceType == typeof(ChatClientMetadata)
            ? new ChatClientMetadata("rule-based", defaultModelId: ModelId)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
    }
}
