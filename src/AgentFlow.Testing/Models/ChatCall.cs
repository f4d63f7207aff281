using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>
/// One request a <see cref="ScriptedChatClient"/> received, as it was when it arrived: later changes to the caller's
/// message list or options do not show here.
/// </summary>
/// <remarks>Immutable as far as the recorded messages are left alone; safe to read from any thread.</remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class ChatCall
{
    internal ChatCall(int number, IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreaming)
    {
        Number = number;
        Messages = [.. messages.Select(Snapshot)];
        Options = options?.Clone();
        IsStreaming = isStreaming;
        ToolNames = [.. (Options?.Tools ?? []).Select(static tool => tool.Name)];
    }

    /// <summary>Which request it was; the first has number 1.</summary>
    public int Number { get; }

    /// <summary>The messages of the request, in order.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>A copy of the options of the request, or <see langword="null"/> when it had none.</summary>
    public ChatOptions? Options { get; }

    /// <summary>Whether the streaming method was called.</summary>
    public bool IsStreaming { get; }

    /// <summary>The names of the tools the model was offered, in order.</summary>
    public IReadOnlyList<string> ToolNames { get; }

    /// <summary>The text of the last message; empty when there is no message or the last one has no text.</summary>
    public string Text => Messages.Count == 0 ? "" : Messages[^1].Text;

    /// <summary>
    /// What the model was instructed: the options' instructions and all system messages, one per line; empty when there
    /// are none.
    /// </summary>
    public string Instructions => string.Join(
        '\n',
        Messages.Where(static message => message.Role == ChatRole.System)
            .Select(static message => message.Text)
            .Prepend(Options?.Instructions ?? "")
            .Where(static text => text.Length > 0));

    /// <summary>The tool results among the messages, in order: what the model was told its calls had returned.</summary>
    public IReadOnlyList<FunctionResultContent> ToolResults =>
        [.. Messages.SelectMany(static message => message.Contents).OfType<FunctionResultContent>()];

    internal string LastMessageLine => Messages.Count == 0 ? "none" : ContentLines.Of(Messages[^1]);

    private string DebuggerDisplay => ToString();

    /// <summary>Whether a text occurs in the instructions or in any message.</summary>
    /// <param name="text">What to look for; upper and lower case are the same.</param>
    public bool Mentions(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return Instructions.Contains(text, StringComparison.OrdinalIgnoreCase)
            || Messages.Any(message => message.Text.Contains(text, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether the model was offered a tool of this name.</summary>
    /// <param name="name">The tool's exact name.</param>
    public bool Offers(string name) => ToolNames.Contains(name);

    /// <summary>The request in one line.</summary>
    public override string ToString() =>
        $"request {Number}{(IsStreaming ? " (streaming)" : "")}: {LastMessageLine}";

    private static ChatMessage Snapshot(ChatMessage message)
    {
        var copy = message.Clone();
        copy.Contents = [.. message.Contents];
        return copy;
    }
}
