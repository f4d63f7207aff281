namespace AgentFlow.Journaling;

/// <summary>The journal could not keep entries. What was not acknowledged may be lost; what was acknowledged is not.</summary>
public abstract class JournalException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Names the file or the run, and the cure.</param>
    /// <param name="innerException">What caused it, if anything did.</param>
    protected JournalException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Another writer owns the run: it has appended entries, or has taken a newer epoch.</summary>
public sealed class JournalConflictException : JournalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="message">What was expected and what the store has.</param>
    public JournalConflictException(RunId runId, string message)
        : base($"Run {runId}: {message}") => RunId = runId;

    /// <summary>The run.</summary>
    public RunId RunId { get; }
}
