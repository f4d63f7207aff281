namespace AgentFlow.Journaling.Files;

/// <summary>What was found when the log was opened.</summary>
internal sealed record OpenReport
{
    /// <summary>Whether the directory held no log before.</summary>
    public required bool IsNew { get; init; }

    /// <summary>How often the log has been opened.</summary>
    public required long Epoch { get; init; }

    public required int Segments { get; init; }

    public required int Runs { get; init; }

    public required long Records { get; init; }

    /// <summary>How many bytes of a write that was cut off were removed from the end. They were never acknowledged.</summary>
    public required long TornBytes { get; init; }

    /// <summary>The copy of the file as it was found, when <see cref="TornBytes"/> were removed.</summary>
    public string? BrokenCopy { get; init; }
}
