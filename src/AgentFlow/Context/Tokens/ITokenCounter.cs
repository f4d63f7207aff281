using Microsoft.Extensions.AI;

namespace AgentFlow.Conversations;

/// <summary>
/// Counts what a model's window is filled with. <see cref="TokenEstimate"/> is the default; a host that has its model's tokenizer derives
/// from it and overrides <see cref="TokenEstimate.CountText"/>. Pure and thread-safe: the same text always counts the same.
/// </summary>
public interface ITokenCounter
{
    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    int CountText(ReadOnlySpan<char> text);

    /// <summary>The tokens of a message with everything in it: text, calls, results, images, and what wraps them.</summary>
    /// <param name="message">The message.</param>
    int CountMessage(ChatMessage message);
}
