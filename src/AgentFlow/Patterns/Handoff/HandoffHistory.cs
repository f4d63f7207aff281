using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// What of a conversation goes along when an agent hands over. Hand-off calls themselves never do; a tool call and its result stay
/// together. Immutable and thread-safe.
/// </summary>
[DebuggerDisplay("{Name,nq}")]
public sealed class HandoffHistory
{
    private readonly Func<IReadOnlyList<ChatMessage>, IEnumerable<ChatMessage>> _select;

    private HandoffHistory(string name, Func<IReadOnlyList<ChatMessage>, IEnumerable<ChatMessage>> select, Step<string, string>? summarizer = null)
    {
        Name = name;
        _select = select;
        Summarizer = summarizer;
    }

    /// <summary>Everything that was said, tool calls included. The default.</summary>
    public static HandoffHistory All { get; } = new("all", static messages => messages);

    /// <summary>What users, humans and agents have said, without the tool calls and their results.</summary>
    public static HandoffHistory WithoutToolCalls { get; } = new("without-tool-calls", static messages => messages.Select(message => MessageParts.Without(message, static content => content is FunctionCallContent or FunctionResultContent)).OfType<ChatMessage>());

    /// <summary>The last messages. A result whose call is no longer among them is left out with it.</summary>
    /// <param name="messages">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public static HandoffHistory Last(int messages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messages, 1);
        return new($"last-{messages}", all => MessageParts.WithoutOrphans(all.Skip(Math.Max(0, all.Count - messages))));
    }

    /// <summary>What code leaves of it.</summary>
    /// <param name="select">Pure; called before each turn and again on replay.</param>
    public static HandoffHistory By(Func<IReadOnlyList<ChatMessage>, IEnumerable<ChatMessage>> select)
    {
        ArgumentNullException.ThrowIfNull(select);
        return new("code", select);
    }

    /// <summary>A summary. At each hand-off the step is given what was said since the last one, as text, with the last summary in front.</summary>
    /// <param name="summarizer">Yields the summary; usually an agent. Runs inside of the verb under its own name.</param>
    public static HandoffHistory Summary(Step<string, string> summarizer)
    {
        ArgumentNullException.ThrowIfNull(summarizer);
        return new($"summary-{summarizer.Name}", static messages => messages, summarizer);
    }

    internal string Name { get; }

    internal Step<string, string>? Summarizer { get; }

    internal IReadOnlyList<ChatMessage> Select(FlowContext context, IReadOnlyList<ChatMessage> messages) =>
        [.. VerbCode.Run(context, context.Path, "the history rule of a Handoff", _select, messages) ?? []];
}
