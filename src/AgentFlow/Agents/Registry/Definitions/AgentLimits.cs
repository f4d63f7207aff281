namespace AgentFlow;

/// <summary>The bounds of an agent. What is <see langword="null"/> is as in <see cref="AgentBuilder{TIn,TOut}"/>.</summary>
public sealed record AgentLimits
{
    /// <summary>No bounds of its own.</summary>
    public static readonly AgentLimits Default = new();

    /// <summary>How many model calls until the final answer, 1 to 1,000. Default: 10.</summary>
    public int? MaxTurns { get; init; }

    /// <summary>How many tools the model may call in one turn, 1 to 1,000. Default: 64.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>How many of them are in flight at the same time, 1 to 1,000. Default: 16.</summary>
    public int? MaxParallelToolCalls { get; init; }

    /// <summary>How often an answer that does not fit goes back to the model, 0 to 100. Default: 2.</summary>
    public int? Repairs { get; init; }

    /// <summary>How many tokens one answer of the model may have, 1 to 10,000,000. Default: the model's own limit.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>How many seconds one attempt of a model call may take, 0.01 to 86,400. Default: no limit.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>How often a failed model call is tried again, 0 to 20. Default: 0.</summary>
    public int? Retries { get; init; }
}
