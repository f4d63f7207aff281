using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace SupportDesk.Offline;

/// <summary>
/// A model made of rules, so that the sample runs without a network. It gets what any model gets, and answers from that alone: who it is
/// follows from the tools it is offered, what to say from the conversation and the results of its tools. Thread-safe.
/// </summary>
internal sealed class RuleBasedAgent : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var talk = Talk.Read(messages, options);
        var content = talk.May("find_invoice") ? BillingRules.Next(talk) : talk.May("service_status") ? TechnicalRules.Next(talk) : TriageRules.Next(talk);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [content]))
        {
            ModelId = "rule-based-agent",
            FinishReason = content is TextContent ? ChatFinishReason.Stop : ChatFinishReason.ToolCalls,
            Usage = new UsageDetails { InputTokenCount = talk.Length / 4, OutputTokenCount = 20 },
        });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
