namespace AgentFlow;

/// <summary>What a loop does that has not reached its goal within its bound.</summary>
public enum OnLimit
{
    /// <summary>Ends the flow with a <see cref="LoopLimitException"/>.</summary>
    Fail,

    /// <summary>Goes on with the last value. That the limit was reached is a decision in the journal.</summary>
    Return,
}

/// <summary>A <c>Loop</c> or <c>Refine</c> has not reached its goal within its bound.</summary>
public sealed class LoopLimitException : AgentFlowException
{
    internal LoopLimitException(StepPath path, int limit)
        : base($"'{path}' has not reached its goal in {limit} iterations. Raise max, or go on with the last value: OnLimit.Return.")
    {
        Path = path;
        Limit = limit;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>How many iterations it was allowed.</summary>
    public int Limit { get; }
}
