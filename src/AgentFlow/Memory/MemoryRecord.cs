namespace AgentFlow.Memories;

/// <summary>One memory: a text, whose it is, where it came from, and what the writer had seen when it was written. Immutable.</summary>
public sealed record MemoryRecord
{
    /// <summary>The id, unique in its scope; the same when the write is repeated after a crash.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required MemoryScope Scope { get; init; }

    /// <summary>What is remembered.</summary>
    public required string Text { get; init; }

    /// <summary>Who wrote it, where.</summary>
    public required MemorySource Source { get; init; }

    /// <summary>When, by the runtime's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Everything that the writer had seen: whoever recalls it has seen that, too.</summary>
    public Label Label { get; init; } = Label.None;
}

/// <summary>Where a memory came from. Stated by the engine: a poisoned one is found, and all of its run forgotten.</summary>
/// <param name="Run">The run that wrote it.</param>
/// <param name="Path">The call in that run.</param>
/// <param name="Agent">The agent that wrote it.</param>
/// <param name="User">On whose behalf.</param>
public sealed record MemorySource(string Run, string Path, string Agent, string User);

/// <summary>What to look for.</summary>
public sealed record MemoryQuery
{
    /// <summary>Where to look.</summary>
    public required MemoryScope Scope { get; init; }

    /// <summary>What it should be about.</summary>
    public required string Text { get; init; }

    /// <summary>How many at the most.</summary>
    public int Top { get; init; } = 5;

    /// <summary>How close at the least, from -1 to 1.</summary>
    public double MinScore { get; init; }
}

/// <summary>A memory that was found.</summary>
/// <param name="Memory">The memory.</param>
/// <param name="Score">How close it is, from -1 to 1.</param>
public sealed record RecalledMemory(MemoryRecord Memory, double Score);

/// <summary>What to forget. What is null does not matter; all that is given must fit.</summary>
public sealed record MemoryFilter
{
    /// <summary>Whose memories; null for everybody's.</summary>
    public MemoryScope? Scope { get; init; }

    /// <summary>One memory.</summary>
    public string? Id { get; init; }

    /// <summary>What one run has written.</summary>
    public string? SourceRun { get; init; }

    /// <summary>Whether it names anything: a filter that does not would empty the store.</summary>
    public bool IsEmpty => Scope is null && Id is null && SourceRun is null;

    /// <summary>Whether a memory fits.</summary>
    /// <param name="memory">The memory.</param>
    public bool Fits(MemoryRecord memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return !IsEmpty && (Scope is null || Scope == memory.Scope) && (Id is null || Id == memory.Id) && (SourceRun is null || SourceRun == memory.Source.Run);
    }
}
