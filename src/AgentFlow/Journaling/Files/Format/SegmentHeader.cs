using System.Buffers.Binary;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// The first sector of a segment file. Little-endian:
/// magic 8 · format version 4 · header size 4 · store id 16 · number 4 · generation 4 · first LSN 8 · epoch 8 · zeros · CRC 4.
/// </summary>
internal readonly record struct SegmentHeader(Guid StoreId, SegmentName Name, long BaseLsn, long Epoch)
{
    /// <summary>One sector, so that a torn write of frames cannot reach it.</summary>
    public const int Size = 512;

    public const int Version = 1;

    private const int CrcAt = Size - 4;

    private static ReadOnlySpan<byte> Magic => "AFLOWSEG"u8;

    /// <summary>What the checksums of the segment's frames begin with, so that no frame is valid in another place.</summary>
    public uint Salt
    {
        get
        {
            Span<byte> identity = stackalloc byte[24];
            StoreId.TryWriteBytes(identity);
            BinaryPrimitives.WriteInt32LittleEndian(identity[16..], Name.Number);
            BinaryPrimitives.WriteInt32LittleEndian(identity[20..], Name.Generation);
            return Crc32C.Append(0, identity);
        }
    }

    public void Write(Span<byte> target)
    {
        target = target[..Size];
        target.Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Size);
        StoreId.TryWriteBytes(target[16..]);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], Name.Number);
        BinaryPrimitives.WriteInt32LittleEndian(target[36..], Name.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], BaseLsn);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcAt..], Crc32C.Append(0, target[..CrcAt]));
    }

    /// <exception cref="JournalCorruptException">The bytes are not a header.</exception>
    /// <exception cref="JournalVersionException">The header is of a newer format.</exception>
    public static SegmentHeader Read(ReadOnlySpan<byte> source, string path)
    {
        if (source.Length < Size) throw new JournalCorruptException(path, source.Length, null, "the file ends within its header");
        source = source[..Size];
        if (!source.StartsWith(Magic)) throw new JournalCorruptException(path, 0, null, "this is not a segment of a journal");
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[CrcAt..]) != Crc32C.Append(0, source[..CrcAt]))
        {
            throw new JournalCorruptException(path, 0, null, "the header does not match its checksum");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(source[8..]);
        if (version != Version) throw new JournalVersionException(path, version, Version);
        var name = new SegmentName(BinaryPrimitives.ReadInt32LittleEndian(source[32..]), BinaryPrimitives.ReadInt32LittleEndian(source[36..]));
        return new(
            new Guid(source[16..32]), name, BinaryPrimitives.ReadInt64LittleEndian(source[40..]), BinaryPrimitives.ReadInt64LittleEndian(source[48..]));
    }
}
