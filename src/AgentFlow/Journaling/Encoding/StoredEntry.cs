namespace AgentFlow.Journaling;

/// <summary>An entry as stores keep it.</summary>
/// <param name="Sequence">The position in the run, from 1.</param>
/// <param name="Kind">What the entry states.</param>
/// <param name="Time">When it was appended, by the runtime's clock.</param>
/// <param name="Body">The fields of the entry as UTF-8 JSON, format version 1.</param>
public readonly record struct StoredEntry(int Sequence, JournalEntryKind Kind, DateTimeOffset Time, ReadOnlyMemory<byte> Body)
{
    /// <summary>The epoch it was written under. Set by stores; ignored when it is appended.</summary>
    public long Epoch { get; init; }

    /// <summary>Whether the key of its content was destroyed: the body is empty and will stay so. Set by stores; ignored when it is appended.</summary>
    public bool IsErased { get; init; }
}

/// <summary>A run as stores list it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Last">The kind of its last entry, which tells its status.</param>
/// <param name="Sequence">The sequence of its last entry.</param>
/// <param name="Epoch">The highest epoch that has written to it.</param>
public readonly record struct StoredRun(RunId RunId, JournalEntryKind Last, int Sequence, long Epoch)
{
    /// <summary>Whether the run has not ended.</summary>
    public bool IsOpen => Last is not (JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed or JournalEntryKind.RunCancelled);
}
