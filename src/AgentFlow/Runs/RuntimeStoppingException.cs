namespace AgentFlow;

/// <summary>A run, or something for one, was not accepted because the runtime is shutting down. Nothing of it was started or recorded.</summary>
public sealed class RuntimeStoppingException : AgentFlowException
{
    internal RuntimeStoppingException(string flow)
        : base($"The runtime is shutting down and accepts no run of flow '{flow}'. Start it in another process, or again after the restart.") => Flow = flow;

    internal RuntimeStoppingException(FlowRun run)
        : base($"The runtime is shutting down, and run {run.Id} takes nothing any more here. Try again after the restart.") => Flow = run.FlowName;

    /// <summary>The flow that was to be run, or that the run executes.</summary>
    public string Flow { get; }
}
