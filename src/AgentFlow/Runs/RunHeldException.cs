namespace AgentFlow;

/// <summary>An open run is in the journal, but this process cannot continue it. Nothing was written to it.</summary>
public sealed class RunHeldException : AgentFlowException
{
    internal RunHeldException(HeldRun run)
        : base($"Run {run.RunId} is held: {run.Reason}") => Run = run;

    /// <summary>The run, and why it is held.</summary>
    public HeldRun Run { get; }
}
