using System.Buffers.Binary;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// The head of a frame. A frame is one batch: what was written by one call and synced before the next. Little-endian:
/// magic 4 · body length 4 · LSN 8 · durable up to LSN 8 · link of the previous frame 4 · records 4 · body CRC 4 · header CRC 4.
/// The header CRC covers all before it, begins with the segment's salt, and is what the next frame links to.
/// </summary>
internal readonly struct FrameHeader
{
    public const int Size = 40;
    public const int Alignment = 8;

    private const int CrcAt = Size - 4;

    /// <summary>The length of the body in bytes, padded to <see cref="Alignment"/>.</summary>
    public required int BodyLength { get; init; }

    /// <summary>The log sequence number: frames are numbered from 1 through all segments.</summary>
    public required long Lsn { get; init; }

    /// <summary>The last frame that was known to be on the disk when this one was written.</summary>
    public required long DurableUpTo { get; init; }

    public required uint Previous { get; init; }

    /// <summary>How many records the body has. None: the frame only states <see cref="DurableUpTo"/>.</summary>
    public required int Count { get; init; }

    public required uint BodyCrc { get; init; }

    public uint Link { get; private init; }

    public int Length => Size + BodyLength;

    public static ReadOnlySpan<byte> Magic => "AFfr"u8;

    public static int Padded(int bodyLength) => (bodyLength + Alignment - 1) & -Alignment;

    /// <summary>Writes the head of a frame whose body is in place.</summary>
    /// <returns>The link for the next frame.</returns>
    public static uint Seal(Span<byte> frame, uint salt, long lsn, long durableUpTo, uint previous, int count)
    {
        var header = new FrameHeader
        {
            BodyLength = frame.Length - Size,
            Lsn = lsn,
            DurableUpTo = durableUpTo,
            Previous = previous,
            Count = count,
            BodyCrc = Crc32C.Append(salt, frame[Size..]),
        };
        return header.Write(frame, salt);
    }

    private uint Write(Span<byte> target, uint salt)
    {
        target = target[..Size];
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], BodyLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Lsn);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], DurableUpTo);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], Previous);
        BinaryPrimitives.WriteInt32LittleEndian(target[28..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(target[32..], BodyCrc);
        uint link = Crc32C.Append(salt, target[..CrcAt]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcAt..], link);
        return link;
    }

    public static bool TryRead(ReadOnlySpan<byte> source, uint salt, out FrameHeader header)
    {
        header = default;
        if (source.Length < Size || !source.StartsWith(Magic)) return false;
        source = source[..Size];
        uint link = BinaryPrimitives.ReadUInt32LittleEndian(source[CrcAt..]);
        if (link != Crc32C.Append(salt, source[..CrcAt])) return false;
        header = new FrameHeader
        {
            BodyLength = BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            Lsn = BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            DurableUpTo = BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            Previous = BinaryPrimitives.ReadUInt32LittleEndian(source[24..]),
            Count = BinaryPrimitives.ReadInt32LittleEndian(source[28..]),
            BodyCrc = BinaryPrimitives.ReadUInt32LittleEndian(source[32..]),
            Link = link,
        };
        return header.BodyLength >= 0 && header.BodyLength % Alignment == 0 && header.Count >= 0;
    }
}
