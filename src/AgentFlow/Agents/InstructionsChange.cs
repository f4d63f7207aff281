namespace AgentFlow;

/// <summary>What becomes of an agent's invocation that is resumed when the agent's instructions have changed meanwhile.</summary>
public enum InstructionsChange
{
    /// <summary>It goes on with the instructions of today. Nothing about them is recorded.</summary>
    Continue,

    /// <summary>It goes on with the instructions it began with.</summary>
    Pin,

    /// <summary>It does not go on: <see cref="InstructionsChangedException"/>. A durable run is held, and goes on when it is recovered again and may.</summary>
    Refuse,
}
