namespace AgentFlow.Journaling.Files;

/// <summary>How a <see cref="RecordLog"/> works. Read once when it is opened.</summary>
internal sealed record RecordLogOptions
{
    /// <summary>The directory, created when it is missing. Nothing else should be kept in it.</summary>
    public required string Directory { get; init; }

    /// <summary>The size in bytes at which a new segment begins: 4 KiB to 1 GiB. Opening copies the last segment, so larger ones open slower.</summary>
    public int SegmentBytes { get; init; } = 32 << 20;

    /// <summary>The largest payload of a record, in bytes.</summary>
    public int MaxPayloadBytes { get; init; } = 4 << 20;

    /// <summary>The largest append, in bytes with all overhead.</summary>
    public int MaxAppendBytes { get; init; } = 32 << 20;

    /// <summary>What one write takes together at the most, in bytes; a larger append is written alone.</summary>
    public int MaxBatchBytes { get; init; } = 4 << 20;

    /// <summary>How many appends wait for the committer before callers wait for a place.</summary>
    public int QueueCapacity { get; init; } = 4096;

    /// <summary>After how much quiet the log writes down that all it has is durable, so that later damage of the last batch is told from a torn write.</summary>
    public TimeSpan IdleProof { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Opens on file systems that cannot lock. Only for directories that nothing else can reach.</summary>
    public bool AllowUnlocked { get; init; }

    public IPayloadCipher? Cipher { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public JournalFileSystem FileSystem { get; init; } = JournalFileSystem.System;

    /// <summary>No committer thread: batches are written by <see cref="RecordLog.Commit"/>. For tests that decide what a batch is.</summary>
    public bool CommitsByHand { get; init; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public RecordLogOptions Validated()
    {
        InRange(SegmentBytes, nameof(SegmentBytes), 4 << 10, 1 << 30);
        InRange(MaxAppendBytes, nameof(MaxAppendBytes), 1 << 10, 512 << 20);
        InRange(MaxPayloadBytes, nameof(MaxPayloadBytes), 1, MaxAppendBytes);
        InRange(MaxBatchBytes, nameof(MaxBatchBytes), 1 << 10, 512 << 20);
        InRange(QueueCapacity, nameof(QueueCapacity), 1, 1 << 20);
        if (IdleProof <= TimeSpan.Zero) throw new InvalidOptionException($"RecordLogOptions.{nameof(IdleProof)}", IdleProof, "Use more than zero.");
        return this;
    }

    private static void InRange(int value, string option, int least, int most)
    {
        if (value < least || value > most) throw new InvalidOptionException($"RecordLogOptions.{option}", value, $"Use {least} to {most}.");
    }
}
