using System.Diagnostics;

namespace AgentFlow.Journaling.Files;

/// <summary>A segment file that is open. Only the committer appends, and only to the active one; reading is thread-safe.</summary>
[DebuggerDisplay("{Header.Name,nq} up to {LastLsn}, {Length} bytes")]
internal sealed class Segment(string path) : IDisposable
{
    private long _deadBytes;
    private JournalFile? _file;

    public string Path { get; } = path;

    public SegmentHeader Header { get; private set; }

    public JournalFile File => _file ?? throw new InvalidOperationException("The segment is not open yet.");

    public int Length { get; private set; }

    /// <summary>The number of the last frame; one below the first when there is none.</summary>
    public long LastLsn { get; private set; }

    /// <summary>What the next frame links to.</summary>
    public uint Link { get; private set; }

    public bool HasFrames => Length > SegmentHeader.Size;

    /// <summary>How many bytes belong to records of removed runs.</summary>
    public long DeadBytes => Volatile.Read(ref _deadBytes);

    public void AddDeadBytes(long bytes) => Interlocked.Add(ref _deadBytes, bytes);

    /// <summary>Gives the segment its file. What is in the index refers to the segment before it has one.</summary>
    public Segment Attach(JournalFile file, in SegmentHeader header, int length, long lastLsn, uint link)
    {
        _file = file;
        Header = header;
        Length = length;
        LastLsn = lastLsn;
        Link = link;
        return this;
    }

    /// <summary>Attaches a file that has no frames yet.</summary>
    public Segment AttachEmpty(JournalFile file, in SegmentHeader header) =>
        Attach(file, header, SegmentHeader.Size, header.BaseLsn - 1, header.Salt);

    /// <summary>Writes one frame and makes it durable.</summary>
    /// <param name="frame">Room for the header, then the body, padded.</param>
    /// <param name="count">How many records it has.</param>
    /// <returns>Where the body begins in the file.</returns>
    public int Append(Span<byte> frame, int count)
    {
        uint link = FrameHeader.Seal(frame, Header.Salt, LastLsn + 1, LastLsn, Link, count);
        File.Write(frame, Length);
        File.Sync();
        int body = Length + FrameHeader.Size;
        Length += frame.Length;
        Link = link;
        LastLsn++;
        return body;
    }

    public SealedSegment Seal() => new(Header.Name, Header.BaseLsn, LastLsn, Length, Link);

    public void Dispose() => _file?.Dispose();
}
