namespace AgentFlow.Journaling;

/// <summary>A run that is held was to be removed. Nothing was written.</summary>
public sealed class JournalHeldException : JournalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Why it is held.</param>
    public JournalHeldException(RunId runId, string reason)
        : base($"Run {runId} is held and cannot be removed: {reason}. Release the hold first.")
    {
        RunId = runId;
        Reason = reason;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>Why it is held.</summary>
    public string Reason { get; }
}
