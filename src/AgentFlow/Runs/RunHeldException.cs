namespace AgentFlow;

/// <summary>
/// An open run is in the journal, but this process cannot continue it: its flow is not registered, has changed or goes another way than recorded,
/// a value has no upcaster, an agent refuses other instructions. Nothing is lost: mend the cause, and call <see cref="FlowRuntime.RecoverAsync"/> again.
/// </summary>
public sealed class RunHeldException : AgentFlowException
{
    internal RunHeldException(HeldRun run, Exception? innerException = null)
        : base($"Run {run.RunId} is held: {run.Reason}", innerException) => Run = run;

    /// <summary>The run, and why it is held.</summary>
    public HeldRun Run { get; }
}
