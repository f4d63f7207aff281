namespace AgentFlow.Journaling;

/// <summary>The run has ended, and another one goes on from there.</summary>
public sealed class RunContinuedEntry : RunStatusEntry
{
    internal RunContinuedEntry(StepPath path, RunId successor)
        : base(JournalEntryKind.RunCompleted, path, $"continued as {successor}") => Successor = successor;

    /// <summary>The run that goes on.</summary>
    public RunId Successor { get; }
}
