namespace AgentFlow;

/// <summary>A run was not accepted because the runtime is shutting down. Nothing of the run was started or recorded.</summary>
public sealed class RuntimeStoppingException : AgentFlowException
{
    internal RuntimeStoppingException(string flow)
        : base($"The runtime is shutting down and accepts no run of flow '{flow}'. Start it in another process, or again after the restart.") => Flow = flow;

    /// <summary>The flow that was to be run.</summary>
    public string Flow { get; }
}
