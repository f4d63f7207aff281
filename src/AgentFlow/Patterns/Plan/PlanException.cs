namespace AgentFlow;

/// <summary>A planner has made no plan that can be executed, or that a human approves.</summary>
public sealed class PlanException : AgentFlowException
{
    internal PlanException(StepPath path, IReadOnlyList<string> defects, int attempts)
        : base($"The planner of '{path}' has made no plan that can be executed, {attempts} time{(attempts == 1 ? "" : "s")} in a row. The last one: {string.Join("; ", defects)}. Look at its instructions, or allow it more attempts: Repairs(n).")
    {
        Path = path;
        Defects = defects;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>Everything that is wrong with the last plan.</summary>
    public IReadOnlyList<string> Defects { get; }
}
