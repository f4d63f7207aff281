namespace AgentFlow.Journaling;

/// <summary>An entry, or the entries of one append together, are larger than the journal takes. Nothing was written.</summary>
public sealed class JournalPayloadTooLargeException : JournalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="what">What is too large, for example <c>payload of entry 4</c>.</param>
    /// <param name="bytes">Its size in bytes.</param>
    /// <param name="limit">The largest size taken, in bytes.</param>
    public JournalPayloadTooLargeException(RunId runId, string what, long bytes, long limit)
        : base($"Run {runId}: {what} has {bytes} bytes, the journal takes {limit}. Keep large values outside and journal a reference, or raise the limit.")
    {
        RunId = runId;
        Bytes = bytes;
        Limit = limit;
    }

    /// <summary>The run.</summary>
    public RunId RunId { get; }

    /// <summary>The offending size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>The largest size taken, in bytes.</summary>
    public long Limit { get; }
}
