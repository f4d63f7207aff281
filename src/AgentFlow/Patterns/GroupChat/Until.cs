using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// When a group chat is over. Conditions are combined with <c>|</c> and <c>&amp;</c>: <c>Until.Says("APPROVED") | Until.MaxTurns(12)</c>. Each
/// says why. Immutable and thread-safe.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public abstract class Until
{
    private protected Until()
    {
    }

    /// <summary>What the messages must be for the condition to make sense; null for anything.</summary>
    internal virtual Type? MessageType => null;

    /// <summary>So many turns have been taken.</summary>
    /// <param name="turns">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public static Until MaxTurns(int turns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, 1);
        return new TurnsUntil(turns);
    }

    /// <summary>The last message contains a text, upper and lower case alike. Of a message that is no text, its <see cref="object.ToString"/> counts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="speaker">Who must have said it; anybody when not given.</param>
    public static Until Says(string text, string? speaker = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return new SaysUntil(text, speaker);
    }

    /// <summary>The last message of every participant contains a text, upper and lower case alike.</summary>
    /// <param name="text">The text.</param>
    public static Until Agreed(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return new TextAgreedUntil(text);
    }

    /// <summary>Every participant has spoken, and their last messages have the same vote.</summary>
    /// <typeparam name="TMessage">What participants say.</typeparam>
    /// <typeparam name="TVote">The type of the vote; compared with its default equality.</typeparam>
    /// <param name="vote">Pure; the vote in a message.</param>
    public static Until Agreed<TMessage, TVote>(Func<TMessage, TVote> vote)
    {
        ArgumentNullException.ThrowIfNull(vote);
        return new VoteUntil<TMessage, TVote>(vote);
    }

    /// <summary>Code says so.</summary>
    /// <typeparam name="TMessage">What participants say.</typeparam>
    /// <param name="condition">Pure; given everything that was said, failures included.</param>
    /// <param name="reason">Why the chat is over then, for people who read the journal.</param>
    public static Until When<TMessage>(Func<IReadOnlyList<Said<TMessage>>, bool> condition, string reason)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new CodeUntil<TMessage>(condition, reason);
    }

    /// <summary>One of both is enough.</summary>
    /// <param name="left">One condition.</param>
    /// <param name="right">The other one.</param>
    public static Until operator |(Until left, Until right) => BitwiseOr(left, right);

    /// <summary>Both must hold.</summary>
    /// <param name="left">One condition.</param>
    /// <param name="right">The other one.</param>
    public static Until operator &(Until left, Until right) => BitwiseAnd(left, right);

    /// <summary>One of both is enough.</summary>
    /// <param name="left">One condition.</param>
    /// <param name="right">The other one.</param>
    public static Until BitwiseOr(Until left, Until right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new EitherUntil(left, right);
    }

    /// <summary>Both must hold.</summary>
    /// <param name="left">One condition.</param>
    /// <param name="right">The other one.</param>
    public static Until BitwiseAnd(Until left, Until right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new BothUntil(left, right);
    }

    /// <summary>Why the chat is over, or null while it is not. Somebody has spoken.</summary>
    internal abstract string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants);

    /// <summary>This condition and those it is made of.</summary>
    internal virtual IEnumerable<Until> Parts() => [this];

    private protected static string TextOf<TMessage>(Said<TMessage> said) => (object?)said.Message switch
    {
        null => "",
        string text => text,
        var message => message.ToString() ?? "",
    };

    /// <summary>The last message of each participant; null when somebody has none.</summary>
    private protected static List<Said<TMessage>>? LastOfAll<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants)
    {
        var last = new List<Said<TMessage>>(participants.Count);
        foreach (var name in participants)
        {
            if (said.LastOrDefault(turn => turn.Speaker == name && !turn.IsFailure) is not { } found) return null;
            last.Add(found);
        }

        return last;
    }
}
