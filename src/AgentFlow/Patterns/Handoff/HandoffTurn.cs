using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What an agent is given when control comes to it: the input of the agent as policies see it. Immutable.</summary>
/// <typeparam name="TIn">What the verb was given.</typeparam>
/// <param name="Input">What the verb was given.</param>
/// <param name="Messages">The conversation so far, as the history rule leaves it.</param>
/// <param name="From">Who has handed over; <see langword="null"/> for the first agent, and when a human has answered.</param>
/// <param name="Reason">Why, in that agent's words.</param>
/// <param name="Notice">What the agent is told of its last hand-off when that was not carried out.</param>
[DebuggerDisplay("from {From}, {Messages.Count} messages")]
public sealed record HandoffTurn<TIn>(TIn Input, IReadOnlyList<ChatMessage> Messages, string? From = null, string? Reason = null, string? Notice = null);

/// <summary>How an agent's turn ended: with an answer, or with a hand-off. The result of the agent as policies see it. Immutable.</summary>
/// <typeparam name="TOut">What the agents answer.</typeparam>
/// <param name="Answer">The answer; the type's default when the agent has handed over.</param>
/// <param name="To">To whom the agent has handed over; <see langword="null"/> when it has answered.</param>
/// <param name="Reason">Why it has handed over.</param>
/// <param name="Messages">What was said in the turn.</param>
[DebuggerDisplay("{To ?? \"answered\",nq}")]
public sealed record HandoffResult<TOut>(TOut? Answer, string? To, string? Reason, IReadOnlyList<ChatMessage> Messages);

/// <summary>A hand-off before it happens: what policies judge as <see cref="Policies.PolicyOperation.HandOff"/>. The reason was written by a model.</summary>
/// <param name="From">Who hands over.</param>
/// <param name="To">To whom.</param>
/// <param name="Reason">Why, in the agent's words.</param>
public sealed record HandoffRequest(string From, string To, string Reason);

/// <summary>A hand-off as it is recorded. Immutable.</summary>
/// <param name="From">Who hands over.</param>
/// <param name="To">To whom.</param>
/// <param name="IsRefused">Whether control stays where it is, because it has gone this way before and nothing new came up since: the agent is told.</param>
/// <param name="Cycle">Who hands to whom again and again when that ends the verb; otherwise <see langword="null"/>.</param>
/// <param name="Repetitions">How many times, then.</param>
public sealed record HandoffHop(string From, string To, bool IsRefused = false, IReadOnlyList<string>? Cycle = null, int Repetitions = 0)
{
    /// <inheritdoc/>
    public override string ToString() => $"{From} → {To}{(Cycle is not null ? " (a circle)" : IsRefused ? " (refused: nothing new)" : "")}";
}

/// <summary>What a human sees to whom an agent has handed over: the context of the question.</summary>
/// <param name="From">Which agent.</param>
/// <param name="Reason">Why, in the agent's words.</param>
/// <param name="Messages">The conversation.</param>
public sealed record HandoffCase(string From, string Reason, IReadOnlyList<ChatMessage> Messages);

/// <summary>What a human says to whom an agent has handed over: a message, with which the agent goes on, or the result. Immutable.</summary>
/// <typeparam name="TOut">What the verb yields.</typeparam>
/// <param name="Message">What the agent is told; <see langword="null"/> when the human ends the conversation.</param>
/// <param name="Result">The result; the type's default while the conversation goes on.</param>
public sealed record HandoffReply<TOut>(string? Message, TOut? Result = default);
