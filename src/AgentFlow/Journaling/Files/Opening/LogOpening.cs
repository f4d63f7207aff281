using System.Globalization;
using System.Security.Cryptography;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// Opens a directory whose lock is held: reads and checks everything first, and changes nothing before all is found sound.
/// The last segment is always continued in a fresh file: what a failed sync left behind may be readable here and missing on
/// the disk.
/// </summary>
internal sealed class LogOpening(RecordLogOptions options)
{
    private readonly JournalFileSystem _files = options.FileSystem;
    private readonly IndexBuilder _index = new();

    public (SegmentSet Segments, RunIndex Index, OpenReport Report) Open()
    {
        var names = _files.List(options.Directory);
        bool isNew = !names.Contains(Manifest.FileName);
        if (isNew)
        {
            CreateStore(names);
            names = _files.List(options.Directory);
        }

        var manifest = ReadManifest();
        CheckPresence(manifest, names);
        var reader = new SegmentReader(_files, options.Directory, _index);
        var segments = new List<(SealedSegment Listed, Segment Segment)>();
        Segment? active = null;
        try
        {
            foreach (var listed in manifest.Sealed) segments.Add((listed, reader.ReadSealed(manifest.StoreId, listed)));
            var tail = reader.ReadActive(manifest);
            var index = _index.Complete();
            var leftOvers = LeftOvers(manifest, names);

            string? brokenCopy = tail.TornBytes == 0 ? null : KeepBroken(tail, reader.Buffer);
            active = Continue(tail, reader.Buffer);
            foreach (string name in leftOvers) _files.Delete(PathOf(name));

            var report = new OpenReport
            {
                IsNew = isNew,
                Epoch = active.Header.Epoch,
                Segments = segments.Count + 1,
                Runs = index.Count,
                Records = _index.Records,
                TornBytes = tail.TornBytes,
                BrokenCopy = brokenCopy,
            };
            return (new SegmentSet(options, manifest.StoreId, segments, active), index, report);
        }
        catch
        {
            foreach (var (_, segment) in segments) segment.Dispose();
            active?.Dispose();
            throw;
        }
    }

    /// <summary>The first segment comes before the manifest: a directory with a manifest has a segment.</summary>
    private void CreateStore(IReadOnlyList<string> names)
    {
        var first = new SegmentName(1, 0);
        foreach (string name in names.Where(name => SegmentName.TryParse(name, out _)))
        {
            if (name != first.ToString() || LengthOf(name) > SegmentHeader.Size)
            {
                throw new JournalCorruptException(PathOf(Manifest.FileName), 0, null, $"the manifest is missing, but there is {name}");
            }
        }

        var storeId = new Guid(RandomNumberGenerator.GetBytes(16));
        var header = new SegmentHeader(storeId, first, BaseLsn: 1, Epoch: 0);
        Span<byte> content = stackalloc byte[SegmentHeader.Size];
        header.Write(content);
        WholeFile.Replace(_files, PathOf(first.ToString()), content);
        WholeFile.Replace(_files, PathOf(Manifest.FileName), new Manifest(storeId, [], first, header.BaseLsn).Encode());
    }

    private Manifest ReadManifest()
    {
        using var file = _files.Open(PathOf(Manifest.FileName));
        byte[] bytes = [];
        int length = WholeFile.Read(file, ref bytes);
        return Manifest.Decode(bytes.AsSpan(0, length), file.Path);
    }

    private void CheckPresence(Manifest manifest, IReadOnlyList<string> names)
    {
        foreach (var name in manifest.Sealed.Select(s => s.Name).Append(manifest.Active))
        {
            if (!names.Contains(name.ToString())) throw new JournalCorruptException(PathOf(name.ToString()), 0, null, "the segment is missing");
        }
    }

    /// <summary>The files that a crash left behind and that hold nothing: drafts, a segment no frame came to, segments that compaction replaced.</summary>
    private List<string> LeftOvers(Manifest manifest, IReadOnlyList<string> names)
    {
        var listed = manifest.Sealed.Select(s => s.Name).Append(manifest.Active).ToHashSet();
        var leftOvers = new List<string>();
        foreach (string name in names)
        {
            if (name.EndsWith(WholeFile.DraftExtension, StringComparison.Ordinal)) leftOvers.Add(name);
            if (!SegmentName.TryParse(name, out var segment) || listed.Contains(segment)) continue;
            bool isUnused = segment == new SegmentName(manifest.Active.Number + 1, 0) && LengthOf(name) <= SegmentHeader.Size;
            if (segment.Number > manifest.Active.Number && !isUnused)
            {
                throw new JournalCorruptException(PathOf(name), 0, null, "the manifest does not know this segment; it is older than the segment");
            }

            leftOvers.Add(name);
        }

        return leftOvers;
    }

    private string KeepBroken(ActiveTail tail, byte[] buffer)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{tail.Header.Name}.{tail.Header.Epoch}.broken");
        WholeFile.Write(_files, PathOf(name), buffer.AsSpan(0, tail.Length));
        _files.SyncDirectory(options.Directory);
        return PathOf(name);
    }

    private Segment Continue(ActiveTail tail, byte[] buffer)
    {
        var header = tail.Header with { Epoch = tail.Header.Epoch + 1 };
        header.Write(buffer);
        var (length, lsn, link) = (tail.ValidLength, tail.LastLsn, tail.Link);
        if (!tail.IsProven)
        {
            link = FrameHeader.Seal(buffer.AsSpan(length, FrameHeader.Size), header.Salt, lsn + 1, lsn, link, count: 0);
            length += FrameHeader.Size;
            lsn++;
        }

        WholeFile.Replace(_files, tail.Segment.Path, buffer.AsSpan(0, length));
        return tail.Segment.Attach(_files.Open(tail.Segment.Path), header, length, lsn, link);
    }

    private long LengthOf(string name)
    {
        using var file = _files.Open(PathOf(name));
        return file.Length;
    }

    private string PathOf(string name) => Path.Combine(options.Directory, name);
}
