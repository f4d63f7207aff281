using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>About how many tokens a model call needs, when no tokenizer is asked.</summary>
internal static class CallTokens
{
    private const int UsualOutput = 500;

    /// <summary>Input and output together.</summary>
    public static int Of(IReadOnlyList<ChatMessage> messages, ChatOptions options) => Sum(Input(messages, options), Output(options));

    public static int Output(ChatOptions options) => Math.Max(0, options.MaxOutputTokens ?? UsualOutput);

    public static int Input(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        var counter = TokenEstimate.Default;
        var tokens = RequestTokens.Of([.. options.Tools ?? []], options.ResponseFormat, counter);
        foreach (var message in messages) tokens = Sum(tokens, counter.CountMessage(message));
        return tokens;
    }

    private static int Sum(int left, int right) => (int)Math.Min(int.MaxValue, (long)left + right);
}
