namespace AgentFlow.Journaling.Files;

/// <summary>
/// Rewrites neighbouring segments that hold mostly records of removed runs into one, with what is left, in the same order and
/// byte by byte, so that the runs' hashes stay what they are. Nothing is deleted before the manifest lists the new one.
/// </summary>
internal sealed class SegmentCompaction(RecordLogOptions options, SegmentSet segments, RunIndex index, Action<Exception> poison)
{
    private byte[] _source = [];

    public CompactionReport Run()
    {
        var report = default(CompactionReport);
        foreach (var group in Groups())
        {
            long before = group.Sum(s => (long)s.Segment.Length);
            var written = Rewrite(group);
            report = new(
                report.RewrittenSegments + group.Count, report.WrittenSegments + (written is null ? 0 : 1), report.FreedBytes + before - (written?.Length ?? 0));
        }

        return report;
    }

    /// <summary>Neighbours that are worth rewriting and fit into one segment.</summary>
    private List<List<(SealedSegment Listed, Segment Segment)>> Groups()
    {
        var groups = new List<List<(SealedSegment Listed, Segment Segment)>>();
        var group = new List<(SealedSegment Listed, Segment Segment)>();
        foreach (var candidate in segments.Sealed)
        {
            bool fits = group.Sum(s => Live(s.Segment)) + Live(candidate.Segment) <= options.SegmentBytes;
            bool isSparse = Live(candidate.Segment) <= options.SegmentBytes / 2;
            if (!fits || !isSparse) Close();
            if (isSparse) group.Add(candidate);
        }

        Close();
        return groups;

        void Close()
        {
            if (group.Count > 1 || group.Exists(s => s.Segment.DeadBytes * 2 >= s.Segment.Length)) groups.Add(group);
            group = [];
        }
    }

    private static long Live(Segment segment) => segment.Length - segment.DeadBytes;

    private Segment? Rewrite(List<(SealedSegment Listed, Segment Segment)> group)
    {
        var first = group[0].Segment.Header;
        var header = first with { Name = first.Name with { Generation = first.Name.Generation + 1 } };
        var replaced = group.ConvertAll(s => s.Segment);
        var target = new Segment(Path.Combine(options.Directory, header.Name.ToString()));
        var moved = new Dictionary<RunState, List<Extent>>();
        using var content = new PooledBuffer(options.SegmentBytes / 4);
        header.Write(content.Take(SegmentHeader.Size));
        var (lastLsn, link) = (header.BaseLsn - 1, header.Salt);
        foreach (var source in replaced) CopyFrames(source, target, header.Salt, content, moved, ref lastLsn, ref link);

        bool isEmpty = content.Length == SegmentHeader.Size;
        if (!isEmpty)
        {
            WholeFile.Replace(options.FileSystem, target.Path, content.Written);
            target.Attach(options.FileSystem.Open(target.Path), header, content.Length, lastLsn, link);
        }

        try
        {
            segments.Replace(replaced, isEmpty ? null : target.Seal() with { LastLsn = group[^1].Listed.LastLsn }, target);
        }
        catch (Exception e)
        {
            // Whether the disk has the old manifest or the new one is unknown, and with it which files the next opening keeps.
            poison(e);
            target.Dispose();
            throw;
        }

        foreach (var (run, extents) in moved)
        {
            lock (run) run.Move(replaced, extents);
        }

        foreach (var source in replaced)
        {
            source.Dispose();
            options.FileSystem.Delete(source.Path);
        }

        return isEmpty ? null : target;
    }

    private void CopyFrames(
        Segment source, Segment target, uint salt, PooledBuffer content, Dictionary<RunState, List<Extent>> moved, ref long lastLsn, ref uint link)
    {
        int length = WholeFile.Read(source.File, ref _source);
        var cursor = new FrameCursor(_source.AsSpan(0, length), source.Header);
        while (cursor.MoveNext())
        {
            int start = content.Length;
            content.Take(FrameHeader.Size);
            int count = CopyRecords(_source.AsSpan(cursor.BodyOffset, cursor.Current.BodyLength), target, content, moved);
            if (count == 0)
            {
                content.Truncate(start);
                continue;
            }

            int body = content.Length - start - FrameHeader.Size;
            content.Take(FrameHeader.Padded(body) - body).Clear();
            lastLsn = cursor.Current.Lsn;
            link = FrameHeader.Seal(content.Written[start..], salt, lastLsn, cursor.Current.DurableUpTo, link, count);
        }

        if (cursor.Defect is { } defect) throw new JournalCorruptException(source.Path, cursor.End, null, defect);
    }

    private int CopyRecords(ReadOnlySpan<byte> body, Segment target, PooledBuffer content, Dictionary<RunState, List<Extent>> moved)
    {
        int count = 0;
        var records = new RecordCursor(body);
        while (records.MoveNext())
        {
            var record = records.Current;
            var run = index.Find(record.RunName)!;
            lock (run)
            {
                if (run.Durable.IsRemoved && !record.Flags.HasFlag(RecordFlags.Tombstone)) continue;
            }

            var extent = new Extent(target, content.Length, record.Bytes.Length, record.Sequence, 1);
            if (!moved.TryGetValue(run, out var extents)) moved.Add(run, extents = []);
            if (extents.Count > 0 && extents[^1].IsFollowedBy(extent)) extents[^1] = extents[^1].With(extent);
            else extents.Add(extent);
            content.Write(record.Bytes);
            count++;
        }

        return count;
    }
}
