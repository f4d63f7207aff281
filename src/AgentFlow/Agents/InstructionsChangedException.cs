namespace AgentFlow;

/// <summary>An agent that refuses it was to go on with other instructions than those it had begun with. A durable run is held then; one in memory fails.</summary>
public sealed class InstructionsChangedException : FlowNondeterminismException
{
    internal InstructionsChangedException(FlowContext agent, string? recorded, string? today)
        : base(
            agent.Path,
            $"that agent '{agent.Owner}' began with the instructions {Show(recorded)}",
            Show(today),
            "Give the agent its old instructions back, or say WhenInstructionsChange(InstructionsChange.Pin) or Continue, and recover the run again.")
    {
        Agent = agent.Owner;
        IsCurable = true;
    }

    /// <summary>The agent.</summary>
    public string Agent { get; }

    private static string Show(string? instructions) =>
        instructions is null ? "(none)" : $"\"{Journaling.EntryText.Short(instructions)}\" (digest {StableHash.Of(instructions):x16})";
}
