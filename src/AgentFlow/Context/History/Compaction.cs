namespace AgentFlow;

/// <summary>
/// What was left out of a conversation so that it fits: the choice of a decision of the kind <see cref="Journaling.DecisionKind.Compaction"/>,
/// before the model call that it was made for. Places count from 0 in the conversation as it stood then.
/// </summary>
public sealed record Compaction
{
    /// <summary>How many tokens the messages may have: the window without what is reserved for the answer, tools and schema; null without a window.</summary>
    public int? Budget { get; init; }

    /// <summary>How many tokens the messages had, by the agent's counter.</summary>
    public required int TokensBefore { get; init; }

    /// <summary>How many they have now; of a summary, as many as it may have.</summary>
    public required int TokensAfter { get; init; }

    /// <summary>How many messages there were.</summary>
    public required int MessagesBefore { get; init; }

    /// <summary>The places of the messages that were left out.</summary>
    public required IReadOnlyList<int> Dropped { get; init; }

    /// <summary>The texts that were too long and lost their middle.</summary>
    public IReadOnlyList<TextCut> Cuts { get; init; } = [];

    /// <summary>Whether a model was asked to sum up what was left out.</summary>
    public bool IsSummarized { get; init; }
}

/// <summary>A part of a message that lost its middle; what is no text was left out as a whole.</summary>
/// <param name="Message">The place of the message.</param>
/// <param name="Content">The place of the part in it.</param>
/// <param name="Head">How many characters are left of the beginning.</param>
/// <param name="Tail">How many are left of the end.</param>
public sealed record TextCut(int Message, int Content, int Head, int Tail);
