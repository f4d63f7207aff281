using System.Diagnostics;

namespace AgentFlow.Journaling;

/// <summary>What a <see cref="FileJournal"/> knows of a run without reading it.</summary>
[DebuggerDisplay("{RunId,nq} {State}, {Entries} entries")]
public sealed record StoredRunInfo
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Whether it is open, has ended, or was removed.</summary>
    public required StoredRunState State { get; init; }

    /// <summary>How many entries it has; of a removed run, how many it had.</summary>
    public required long Entries { get; init; }

    /// <summary>When its last entry was written; of a removed run, when it was removed.</summary>
    public required DateTimeOffset LastChange { get; init; }

    /// <summary>How many bytes its entries take in the files.</summary>
    public required long Bytes { get; init; }

    /// <summary>The hash its entries end with, SHA-256 in hexadecimal digits: it covers every byte of every entry. Of a removed run, the one of the record that says so and names the last one.</summary>
    public required string Hash { get; init; }

    /// <summary>Why nobody may remove it, or <see langword="null"/>.</summary>
    public string? Hold { get; init; }
}

/// <summary>Where a stored run stands.</summary>
public enum StoredRunState
{
    /// <summary>It has not ended.</summary>
    Open,

    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>It was removed. The proof that it was there stays.</summary>
    Removed,
}

/// <summary>What a removal of old runs has done.</summary>
/// <param name="RemovedRuns">How many runs were removed.</param>
/// <param name="FreedBytes">How much smaller the files are. What lies in the file that is written at present is freed later.</param>
public readonly record struct JournalTrimReport(int RemovedRuns, long FreedBytes);
