namespace AgentFlow.Journaling.Files;

/// <summary>Walks the records in the body of a frame, or in a piece of it.</summary>
internal ref struct RecordCursor(ReadOnlySpan<byte> records)
{
    private readonly ReadOnlySpan<byte> _records = records;

    public RecordView Current { get; private set; }

    /// <summary>Where the current record ends.</summary>
    public int End { get; private set; }

    public readonly int Start => End - Current.Bytes.Length;

    public bool MoveNext()
    {
        if (!RecordView.TryRead(_records[End..], out var record)) return false;
        Current = record;
        End += record.Bytes.Length;
        return true;
    }
}
