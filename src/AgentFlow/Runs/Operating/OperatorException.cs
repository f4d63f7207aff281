namespace AgentFlow;

/// <summary>An operator's act does not fit the run as it stands. Nothing was done.</summary>
public sealed class OperatorException : AgentFlowException
{
    internal OperatorException(RunId runId, StepPath path, string message)
        : base($"Run {runId}, '{path}': {message}")
    {
        RunId = runId;
        Path = path;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>The effect that was meant, or the run itself.</summary>
    public StepPath Path { get; }
}
