namespace AgentFlow.Journaling.Files;

/// <summary>Where a run ends.</summary>
internal readonly record struct RunTail
{
    public long Sequence { get; init; }

    public long Epoch { get; init; }

    public long Time { get; init; }

    public byte Kind { get; init; }

    public byte Status { get; init; }

    public bool IsRemoved { get; init; }

    public RecordHash Head { get; init; }

    /// <summary>The tail after one more record.</summary>
    public RunTail After(in RecordView record) => new()
    {
        Sequence = record.Sequence,
        Epoch = record.Epoch,
        Time = record.Time,
        Kind = record.Kind,
        Status = record.Status == 0 ? Status : record.Status,
        IsRemoved = IsRemoved || record.Flags.HasFlag(RecordFlags.Tombstone),
        Head = new RecordHash(record.Hash),
    };
}
