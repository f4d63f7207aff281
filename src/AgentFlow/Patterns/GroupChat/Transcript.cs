using System.Diagnostics;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>What everybody in a group chat has said: what participants, selectors and result makers are given. Immutable.</summary>
/// <typeparam name="TTopic">What is talked about: the value that the verb was given.</typeparam>
/// <typeparam name="TMessage">What participants say.</typeparam>
/// <param name="Topic">What is talked about.</param>
/// <param name="Participants">Who takes part, in the order in which they were named.</param>
/// <param name="Messages">What was said, in order.</param>
/// <param name="Notice">What a selector is told of its last answer when there is no such participant.</param>
[DebuggerDisplay("{Messages.Count} messages")]
public sealed record Transcript<TTopic, TMessage>(TTopic Topic, IReadOnlyList<WorkerInfo> Participants, IReadOnlyList<Said<TMessage>> Messages, string? Notice = null)
{
    /// <summary>The last message of somebody who had something to say.</summary>
    /// <exception cref="InvalidOperationException">Nobody has said anything.</exception>
    [JsonIgnore]
    public TMessage Last => Messages.LastOrDefault(said => !said.IsFailure) is { } last ? last.Message! : throw new InvalidOperationException("Nobody has said anything.");

    /// <summary>The last message of a participant, or <see langword="null"/> when it has said nothing.</summary>
    /// <param name="speaker">The participant's name.</param>
    public Said<TMessage>? LastOf(string speaker) => Messages.LastOrDefault(said => said.Speaker == speaker && !said.IsFailure);
}

/// <summary>One turn of a group chat: a message, or that the participant has failed. Immutable.</summary>
/// <typeparam name="TMessage">What participants say.</typeparam>
/// <param name="Speaker">Who.</param>
/// <param name="Message">What; the type's default when the participant has failed.</param>
/// <param name="ErrorType">The full name of the failure's type, or a name of the engine's such as <c>Timeout</c>; <see langword="null"/> for a message.</param>
/// <param name="Error">The failure's message; for code, not for models.</param>
[DebuggerDisplay("{Speaker}: {Message}{ErrorType}")]
public sealed record Said<TMessage>(string Speaker, TMessage? Message, string? ErrorType = null, string? Error = null)
{
    /// <summary>Whether the participant has failed.</summary>
    [JsonIgnore]
    public bool IsFailure => ErrorType is not null;
}

/// <summary>Who speaks next, and why. A name alone is one, too.</summary>
/// <param name="Speaker">The participant's name.</param>
/// <param name="Reason">Why, for people who read the journal.</param>
public sealed record NextSpeaker(string Speaker, string Reason = "")
{
    /// <summary>A choice without a reason.</summary>
    /// <param name="speaker">The participant's name.</param>
    public static implicit operator NextSpeaker(string speaker) => new(speaker);
}

/// <summary>What was decided before a turn of a group chat, as it is recorded: who speaks, or that it is over. Immutable.</summary>
/// <param name="Speaker">Who speaks; <see langword="null"/> when the chat is over, or before a step selects.</param>
/// <param name="IsOver">Whether the chat is over.</param>
/// <param name="Reason">Why.</param>
/// <param name="Cycle">Who says the same again and again, when that ends the verb; otherwise <see langword="null"/>.</param>
public sealed record GroupChatTurn(string? Speaker, bool IsOver, string Reason, IReadOnlyList<string>? Cycle = null)
{
    /// <inheritdoc/>
    public override string ToString() => IsOver ? "over" : Cycle is not null ? "a circle" : Speaker ?? "goes on";
}

/// <summary>Somebody was to speak in a group chat who does not take part in it.</summary>
public sealed class UnknownParticipantException : AgentFlowException
{
    internal UnknownParticipantException(StepPath path, string name, IReadOnlyList<string> participants)
        : base($"'{path}': there is no participant '{name}'. The participants are: {string.Join(", ", participants)}. Let the selector yield one of these names.")
    {
        Path = path;
        Name = name;
        Participants = participants;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>The name that the selector gave.</summary>
    public string Name { get; }

    /// <summary>The names it could have given.</summary>
    public IReadOnlyList<string> Participants { get; }
}
