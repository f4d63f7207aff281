using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>
/// A model made of rules, so that the sample runs without a network and gives the same result every time. It gets what any model gets
/// (instructions, messages, tool definitions) and answers from that alone: it opens no file and knows none. Thread-safe.
/// </summary>
/// <param name="thinkingTime">How long an answer takes.</param>
internal sealed class RuleBasedChatClient(TimeSpan thinkingTime = default) : IChatClient
{
    public const string ModelId = "rule-based-1";
    private const int CharactersPerToken = 4;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (thinkingTime > TimeSpan.Zero) await Task.Delay(thinkingTime, cancellationToken);
        var conversation = Conversation.Read(messages, options);
        AIContent[] answer = [.. Answer(conversation)];
        var written = answer.Sum(content => content is FunctionCallContent call ? call.Name.Length + call.Arguments!.Sum(argument => $"{argument}".Length) : $"{content}".Length);
        return new(new ChatMessage(ChatRole.Assistant, answer))
        {
            ModelId = ModelId,
            FinishReason = answer[0] is FunctionCallContent ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            Usage = new() { InputTokenCount = conversation.Length / CharactersPerToken, OutputTokenCount = written / CharactersPerToken, TotalTokenCount = (conversation.Length + written) / CharactersPerToken },
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    /// <summary>Who it is, its instructions say. What stands in a file has no say in it.</summary>
    private static IEnumerable<AIContent> Answer(Conversation conversation) => conversation.Instructions.Split('\n')[0] switch
    {
        var role when role.Contains("lead a research desk", StringComparison.Ordinal) => LeadRole.Answer(conversation),
        var role when role.Contains("plan a research", StringComparison.Ordinal) => PlannerRole.Answer(conversation),
        var role when role.Contains("read tables", StringComparison.Ordinal) => TableRole.Answer(conversation),
        var role when role.Contains("read texts", StringComparison.Ordinal) => TextRole.Answer(conversation),
        var role when role.Contains("settle a dispute", StringComparison.Ordinal) => JudgeRole.Answer(conversation),
        var role when role.Contains("write the report", StringComparison.Ordinal) => WriterRole.Answer(conversation),
        var role when role.Contains("review the draft", StringComparison.Ordinal) => ReviewerRole.Answer(conversation),
        _ => [new TextContent("I am made of rules and know none for this.")],
    };
}
