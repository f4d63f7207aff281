namespace AgentFlow.Journaling.Files;

/// <summary>Reads segments whole, one after the other, into one buffer, and their records into the index.</summary>
internal sealed class SegmentReader(JournalFileSystem files, string directory, IndexBuilder index)
{
    private byte[] _buffer = [];

    /// <summary>The bytes of the segment that was read last, with room for a frame without records behind them.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>Reads a segment that is not written any more. Every byte of it is known to have been durable.</summary>
    public Segment ReadSealed(Guid storeId, SealedSegment listed)
    {
        var segment = new Segment(Path.Combine(directory, listed.Name.ToString()));
        var file = files.Open(segment.Path);
        try
        {
            var cursor = Read(file, storeId, listed.Name, listed.BaseLsn, out var header);
            ReadFrames(ref cursor, segment);
            if (cursor.Defect is { } defect) throw Damage(cursor, segment, defect);
            if (cursor.End != listed.Length || cursor.Link != listed.Link || cursor.LastLsn > listed.LastLsn)
            {
                throw new JournalCorruptException(
                    segment.Path, cursor.End, null, $"the segment ends at byte {cursor.End}, the manifest says {listed.Length}");
            }

            return segment.Attach(file, header, cursor.End, cursor.LastLsn, cursor.Link);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the segment that was written last. Its end may be a write that was cut off.</summary>
    public ActiveTail ReadActive(Manifest manifest)
    {
        var segment = new Segment(Path.Combine(directory, manifest.Active.ToString()));
        using var file = files.Open(segment.Path);
        var cursor = Read(file, manifest.StoreId, manifest.Active, manifest.ActiveBaseLsn, out var header, out int length);
        ReadFrames(ref cursor, segment);
        if (cursor.Defect is { } defect)
        {
            if (cursor.IsMisplaced) throw Damage(cursor, segment, defect);
            if (cursor.IsFollowedByProof(out int proofAt)) throw Damage(cursor, segment, $"{defect}, and byte {proofAt} proves that it had been written");
        }

        return new ActiveTail(segment, header, cursor.End, length, cursor.LastLsn, cursor.Link, IsProven: cursor.End == SegmentHeader.Size || cursor.Current.Count == 0);
    }

    private FrameCursor Read(JournalFile file, Guid storeId, SegmentName name, long baseLsn, out SegmentHeader header) =>
        Read(file, storeId, name, baseLsn, out header, out _);

    private FrameCursor Read(JournalFile file, Guid storeId, SegmentName name, long baseLsn, out SegmentHeader header, out int length)
    {
        length = WholeFile.Read(file, ref _buffer, spare: FrameHeader.Size);
        var bytes = _buffer.AsSpan(0, length);
        header = SegmentHeader.Read(bytes, file.Path);
        if (header.StoreId != storeId || header.Name != name || header.BaseLsn != baseLsn)
        {
            throw new JournalCorruptException(file.Path, 0, null, $"the file is segment {header.Name} of journal {header.StoreId:N}, not {name} of {storeId:N}");
        }

        return new FrameCursor(bytes, header);
    }

    private void ReadFrames(ref FrameCursor cursor, Segment segment)
    {
        while (cursor.MoveNext())
        {
            index.Add(segment, _buffer.AsSpan(cursor.BodyOffset, cursor.Current.BodyLength), cursor.BodyOffset, cursor.Current.Count);
        }
    }

    private JournalCorruptException Damage(in FrameCursor cursor, Segment segment, string what)
    {
        var body = _buffer.AsSpan(Math.Min(_buffer.Length, cursor.End + FrameHeader.Size));
        return new(segment.Path, cursor.End, index.FindDamaged(body), what);
    }
}
