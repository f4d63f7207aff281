namespace AgentFlow;

/// <summary>A coordination verb (supervision, hand-off, group chat, plan, …) has not come to an end within its bound.</summary>
public sealed class PatternLimitException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The verb.</param>
    /// <param name="pattern">The verb's kind, such as <c>Supervise</c>.</param>
    /// <param name="limit">The bound.</param>
    /// <param name="unit">What the bound counts, in the plural, such as <c>turns</c>.</param>
    /// <param name="cure">What its author can do, as a sentence.</param>
    public PatternLimitException(StepPath path, string pattern, int limit, string unit, string cure)
        : base($"{pattern} '{path}' has not come to an end within {limit} {unit}. {cure}")
    {
        Path = path;
        Pattern = pattern;
        Limit = limit;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>The verb's kind.</summary>
    public string Pattern { get; }

    /// <summary>The bound.</summary>
    public int Limit { get; }
}
