namespace AgentFlow.Journaling;

/// <summary>The run was removed by retention. Its key is not used again; what is left is the proof that it was there.</summary>
public sealed class JournalRemovedException : JournalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    public JournalRemovedException(RunId runId)
        : base($"Run {runId} was removed from the journal. Start a run under another id.") => RunId = runId;

    /// <summary>The run.</summary>
    public RunId RunId { get; }
}
