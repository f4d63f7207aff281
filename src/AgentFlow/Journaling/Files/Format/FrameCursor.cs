namespace AgentFlow.Journaling.Files;

/// <summary>Walks the frames of a segment that was read whole. Stops at the end of the bytes or at the first frame that is not valid.</summary>
internal ref struct FrameCursor
{
    private readonly ReadOnlySpan<byte> _segment;
    private readonly bool _contiguous;
    private readonly uint _salt;

    public FrameCursor(ReadOnlySpan<byte> segment, SegmentHeader header)
    {
        _segment = segment;
        _salt = header.Salt;
        _contiguous = header.Name.Generation == 0;
        Link = _salt;
        LastLsn = header.BaseLsn - 1;
        End = SegmentHeader.Size;
    }

    /// <summary>The frame that was found, after <see cref="MoveNext"/>.</summary>
    public FrameHeader Current { get; private set; }

    /// <summary>Where the frame's body begins.</summary>
    public readonly int BodyOffset => End - Current.BodyLength;

    /// <summary>Where the valid frames end.</summary>
    public int End { get; private set; }

    public uint Link { get; private set; }

    public long LastLsn { get; private set; }

    /// <summary>What is wrong at <see cref="End"/>, or <see langword="null"/> when the bytes end there.</summary>
    public string? Defect { get; private set; }

    /// <summary>Whether the defect cannot come from a write that was cut off: the frame is whole, but does not belong there.</summary>
    public bool IsMisplaced { get; private set; }

    public bool MoveNext()
    {
        if (End == _segment.Length) return false;
        Defect = Check(_segment[End..], out var frame);
        if (Defect is not null) return false;
        Current = frame;
        Link = frame.Link;
        LastLsn = frame.Lsn;
        End += frame.Length;
        return true;
    }

    private string? Check(ReadOnlySpan<byte> rest, out FrameHeader frame)
    {
        if (!FrameHeader.TryRead(rest, _salt, out frame)) return "the frame's header does not match its checksum";
        if (frame.Length > rest.Length) return "the frame ends behind the end of the file";
        if (frame.BodyCrc != Crc32C.Append(_salt, rest.Slice(FrameHeader.Size, frame.BodyLength))) return "the frame's content does not match its checksum";
        IsMisplaced = true;
        if (frame.Previous != Link) return "the frame does not follow the one before it";
        if (frame.Lsn <= LastLsn || (_contiguous && frame.Lsn != LastLsn + 1)) return $"the frame has number {frame.Lsn} and follows number {LastLsn}";
        IsMisplaced = false;
        return null;
    }

    /// <summary>
    /// Whether a header behind the defect states that the damaged frame had been made durable. A cut-off write leaves no such
    /// trace, because every frame is synced before the next one is written. The header is enough: its body may be torn.
    /// </summary>
    public readonly bool IsFollowedByProof(out int proofAt)
    {
        for (int at = End; ; at += FrameHeader.Alignment)
        {
            int next = at >= _segment.Length ? -1 : _segment[at..].IndexOf(FrameHeader.Magic);
            proofAt = at + next;
            if (next < 0) return false;
            if (proofAt % FrameHeader.Alignment == 0
                && FrameHeader.TryRead(_segment[proofAt..], _salt, out var frame) && frame.DurableUpTo > LastLsn) return true;
            at = proofAt & -FrameHeader.Alignment;
        }
    }
}
