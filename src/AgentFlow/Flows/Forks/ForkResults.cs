namespace AgentFlow;

/// <summary>Reads what the branches of a finished fork have left.</summary>
internal static class ForkResults
{
    public static T Result<T>(this ForkBranch[] parts, int index) => ((ForkBranch<T>)parts[index]).Result;

    public static IReadOnlyList<T> Results<T>(this ForkBranch[] parts)
    {
        var results = new T[parts.Length];
        for (var i = 0; i < results.Length; i++) results[i] = parts.Result<T>(i);
        return results;
    }

    public static IReadOnlyList<T> Results<T>(this ForkBranch[] parts, IReadOnlyList<int> kept)
    {
        var results = new T[kept.Count];
        for (var i = 0; i < results.Length; i++) results[i] = parts.Result<T>(kept[i]);
        return results;
    }

    /// <summary>How a branch ended. A broken contract is no outcome: it ends the flow.</summary>
    public static Outcome<T> Outcome<T>(this ForkBranch[] parts, int index) => parts[index] switch
    {
        { Error: { } broken } when Resilience.IsBrokenContract(broken) => throw broken,
        { Error: { } error } failed => AgentFlow.Outcome<T>.Failure(EffectOutcome.TypeOf(error), error.Message, (error as EffectFailedException)?.Path ?? failed.Path),
        var succeeded => AgentFlow.Outcome<T>.Success(((ForkBranch<T>)succeeded).Result, succeeded.Path),
    };

    public static IReadOnlyList<Outcome<T>> Outcomes<T>(this ForkBranch[] parts)
    {
        var outcomes = new Outcome<T>[parts.Length];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = parts.Outcome<T>(i);
        return outcomes;
    }
}
