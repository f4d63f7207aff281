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

/// <summary>A store failed in a way that is not its contract's. Whether the entries are durable is unknown.</summary>
public sealed class JournalFailedException : JournalException
{
    internal JournalFailedException(RunId runId, Exception innerException)
        : base($"Run {runId}: the journal failed: {innerException.Message} What was appended may be durable or not: recover the run when the journal works again.", innerException) => RunId = runId;

    /// <summary>The run.</summary>
    public RunId RunId { get; }
}

/// <summary>
/// Another writer owns the run: it has appended entries (<see cref="JournalSequenceException"/>), or has taken a newer epoch
/// (<see cref="JournalFencedException"/>). Nothing was written.
/// </summary>
public class JournalConflictException : JournalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="message">What was expected and what the store has.</param>
    public JournalConflictException(RunId runId, string message)
        : base($"Run {runId}: {message}") => RunId = runId;

    /// <summary>The run.</summary>
    public RunId RunId { get; }
}

/// <summary>An append named a sequence that is not the run's last one: somebody else has appended. Nothing was written.</summary>
public sealed class JournalSequenceException : JournalConflictException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="expectedSequence">The last sequence the caller knew.</param>
    /// <param name="actualSequence">The run's last sequence; 0 when the run does not exist.</param>
    public JournalSequenceException(RunId runId, long expectedSequence, long actualSequence)
        : base(runId, $"it ends at entry {actualSequence}, not at {expectedSequence}. Nothing was written: read the run and decide anew.")
    {
        ExpectedSequence = expectedSequence;
        ActualSequence = actualSequence;
    }

    /// <summary>The last sequence the caller knew.</summary>
    public long ExpectedSequence { get; }

    /// <summary>The run's last sequence; 0 when the run does not exist.</summary>
    public long ActualSequence { get; }
}

/// <summary>
/// An append came from an owner that has been replaced: the run was taken over under a higher epoch. Nothing was written, and
/// nothing the caller appends under its epoch ever will be: it has to stop working on the run.
/// </summary>
public sealed class JournalFencedException : JournalConflictException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="epoch">The caller's epoch.</param>
    /// <param name="currentEpoch">The epoch of the run's present owner.</param>
    public JournalFencedException(RunId runId, long epoch, long currentEpoch)
        : base(runId, $"it was taken over under epoch {currentEpoch}; an append under epoch {epoch} is refused. Stop working on the run.")
    {
        Epoch = epoch;
        CurrentEpoch = currentEpoch;
    }

    /// <summary>The caller's epoch.</summary>
    public long Epoch { get; }

    /// <summary>The epoch of the run's present owner.</summary>
    public long CurrentEpoch { get; }
}
