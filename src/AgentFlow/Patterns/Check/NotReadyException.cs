namespace AgentFlow;

/// <summary>A <c>Check</c> does not let a value go on: data that is not ready at a flow's entry, or a result that stayed wrong.</summary>
public sealed class NotReadyException : AgentFlowException
{
    internal NotReadyException(StepPath path, IReadOnlyList<string> reasons, int rounds, string cure)
        : base($"'{path}' does not let the value go on{(rounds > 1 ? $" after {rounds} rounds" : "")}: {string.Join("; ", reasons)}. {cure}")
    {
        Path = path;
        Reasons = [.. reasons];
        Rounds = rounds;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>Everything that is wrong with the last value.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>How many values were checked: 1 where nothing could be sent back.</summary>
    public int Rounds { get; }
}
