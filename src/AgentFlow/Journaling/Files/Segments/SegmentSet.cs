namespace AgentFlow.Journaling.Files;

/// <summary>
/// The segments of an open log and the manifest that lists them. The committer rotates, compaction replaces; both change the
/// manifest under one lock.
/// </summary>
internal sealed class SegmentSet : IDisposable
{
    private readonly Lock _manifest = new();
    private readonly JournalFileSystem _files;
    private readonly string _directory;
    private readonly Guid _storeId;
    private readonly int _segmentBytes;
    private List<(SealedSegment Listed, Segment Segment)> _sealed;

    public SegmentSet(RecordLogOptions options, Guid storeId, List<(SealedSegment Listed, Segment Segment)> sealedOnes, Segment active)
    {
        _files = options.FileSystem;
        _directory = options.Directory;
        _segmentBytes = options.SegmentBytes;
        _storeId = storeId;
        _sealed = sealedOnes;
        Active = active;
    }

    public Segment Active { get; private set; }

    /// <summary>The segments that are not written any more, oldest first.</summary>
    public IReadOnlyList<(SealedSegment Listed, Segment Segment)> Sealed
    {
        get
        {
            lock (_manifest) return [.. _sealed];
        }
    }

    /// <summary>Appends a frame, in a new segment when the active one is full.</summary>
    /// <returns>Where the body begins in <see cref="Active"/>.</returns>
    public int Append(Span<byte> frame, int count)
    {
        if (Active.HasFrames && Active.Length + (long)frame.Length > _segmentBytes) Rotate();
        return Active.Append(frame, count);
    }

    /// <summary>Puts one segment, or none, in the place of neighbours. The replaced files are deleted.</summary>
    public void Replace(IReadOnlyList<Segment> replaced, SealedSegment? listed, Segment? replacement)
    {
        lock (_manifest)
        {
            int first = _sealed.FindIndex(s => s.Segment == replaced[0]);
            var next = new List<(SealedSegment, Segment)>(_sealed);
            next.RemoveRange(first, replaced.Count);
            if (listed is not null) next.Insert(first, (listed, replacement!));
            List(next, Active.Header);
        }
    }

    public void Dispose()
    {
        foreach (var (_, segment) in _sealed) segment.Dispose();
        Active.Dispose();
    }

    private void Rotate()
    {
        CheckOwnership();
        var header = new SegmentHeader(
            _storeId, new SegmentName(Active.Header.Name.Number + 1, 0), Active.LastLsn + 1, Active.Header.Epoch);
        string path = Path.Combine(_directory, header.Name.ToString());
        Span<byte> content = stackalloc byte[SegmentHeader.Size];
        header.Write(content);
        WholeFile.Replace(_files, path, content);
        lock (_manifest)
        {
            List([.. _sealed, (Active.Seal(), Active)], header);
            Active = new Segment(path).AttachEmpty(_files.Open(path), header);
        }
    }

    /// <summary>
    /// Opening puts a fresh file with a higher epoch under the active segment's name. Who finds another epoch there was
    /// replaced in spite of its lock, and what it has written since went to a file without a name.
    /// </summary>
    private void CheckOwnership()
    {
        using var file = _files.Open(Active.Path);
        Span<byte> content = stackalloc byte[SegmentHeader.Size];
        file.Read(content, 0);
        if (SegmentHeader.Read(content, file.Path) != Active.Header) throw JournalLockedException.TakenOver(_directory);
    }

    private void List(List<(SealedSegment Listed, Segment Segment)> segments, SegmentHeader active)
    {
        var manifest = new Manifest(_storeId, segments.ConvertAll(s => s.Listed), active.Name, active.BaseLsn);
        WholeFile.Replace(_files, Path.Combine(_directory, Manifest.FileName), manifest.Encode());
        _sealed = segments;
    }
}
