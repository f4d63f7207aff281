using System.Buffers.Binary;
using System.Text;

namespace AgentFlow.Journaling.Files;

[Flags]
internal enum RecordFlags : byte
{
    None = 0,

    /// <summary>The payload is what the cipher made of it.</summary>
    Encrypted = 1,

    /// <summary>The run was removed by retention; the payload is the hash its records ended with.</summary>
    Tombstone = 2,
}

/// <summary>
/// A record as it lies in a frame. Little-endian: length 4 (all bytes, hash included) · record version 1 · flags 1 · kind 1 ·
/// status 1 · sequence 8 · epoch 8 · time 8 · run length 2 · key length 2 · run · key · payload · hash 32.
/// </summary>
internal readonly ref struct RecordView
{
    public const int Version = 1;
    public const int HeadSize = 36;
    public const int Overhead = HeadSize + RecordHash.Size;

    private readonly int _runLength;
    private readonly int _keyLength;

    private RecordView(ReadOnlySpan<byte> bytes, int runLength, int keyLength)
    {
        Bytes = bytes;
        _runLength = runLength;
        _keyLength = keyLength;
    }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What the hash covers, beside the previous link.</summary>
    public ReadOnlySpan<byte> Hashed => Bytes[..^RecordHash.Size];

    public ReadOnlySpan<byte> Hash => Bytes[^RecordHash.Size..];

    public RecordFlags Flags => (RecordFlags)Bytes[5];

    public byte Kind => Bytes[6];

    public byte Status => Bytes[7];

    public long Sequence => BinaryPrimitives.ReadInt64LittleEndian(Bytes[8..]);

    public long Epoch => BinaryPrimitives.ReadInt64LittleEndian(Bytes[16..]);

    public long Time => BinaryPrimitives.ReadInt64LittleEndian(Bytes[24..]);

    public ReadOnlySpan<byte> Run => Bytes.Slice(HeadSize, _runLength);

    public ReadOnlySpan<byte> Key => Bytes.Slice(HeadSize + _runLength, _keyLength);

    public ReadOnlySpan<byte> Payload => Bytes[(HeadSize + _runLength + _keyLength)..^RecordHash.Size];

    public string RunName => Encoding.UTF8.GetString(Run);

    /// <summary>The record at the start of the bytes, when its lengths make sense.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out RecordView record)
    {
        record = default;
        if (source.Length < Overhead) return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(source);
        if (length < Overhead || length > source.Length || source[4] != Version) return false;
        int runLength = BinaryPrimitives.ReadUInt16LittleEndian(source[32..]);
        int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(source[34..]);
        if (Overhead + runLength + keyLength > length) return false;
        record = new(source[..length], runLength, keyLength);
        return true;
    }

    /// <summary>Writes everything before run, key and payload.</summary>
    public static void WriteHead(
        Span<byte> target, int length, RecordFlags flags, in NewRecord record, long sequence, long epoch, int runLength, int keyLength)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        target[4] = Version;
        target[5] = (byte)flags;
        target[6] = record.Kind;
        target[7] = record.Status;
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], epoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], record.Time);
        BinaryPrimitives.WriteUInt16LittleEndian(target[32..], (ushort)runLength);
        BinaryPrimitives.WriteUInt16LittleEndian(target[34..], (ushort)keyLength);
    }
}
