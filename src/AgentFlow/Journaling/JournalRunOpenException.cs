namespace AgentFlow.Journaling;

/// <summary>A run that has not ended was to be removed. Nothing was written.</summary>
public sealed class JournalRunOpenException : JournalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    public JournalRunOpenException(RunId runId)
        : base($"Run {runId} has not ended and cannot be removed. Cancel it first.") => RunId = runId;

    /// <summary>The run.</summary>
    public RunId RunId { get; }
}
