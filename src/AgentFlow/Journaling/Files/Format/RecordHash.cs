using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// A link of a run's hash chain: SHA-256 over the previous link (zeros before the first record) and the record's bytes. Every
/// field in a record has a fixed size or a length before it, so that different records never have the same bytes.
/// </summary>
[InlineArray(Size)]
internal struct RecordHash : IEquatable<RecordHash>
{
    public const int Size = SHA256.HashSizeInBytes;

    private byte _first;

    public RecordHash(ReadOnlySpan<byte> hash) => hash[..Size].CopyTo(this);

    /// <summary>The hash of a record, given the bytes of the previous link directly followed by the record's bytes.</summary>
    public static void Compute(ReadOnlySpan<byte> previousAndRecord, Span<byte> hash) => SHA256.HashData(previousAndRecord, hash);

    public readonly bool Equals(RecordHash other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is RecordHash other && Equals(other);

    public override readonly int GetHashCode() => BitConverter.ToInt32(this);

    public override readonly string ToString() => Convert.ToHexStringLower(this);

    public static bool operator ==(RecordHash left, RecordHash right) => left.Equals(right);

    public static bool operator !=(RecordHash left, RecordHash right) => !left.Equals(right);
}
