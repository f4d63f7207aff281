using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace AgentFlow;

/// <summary>64 bits of a JSON text, the same on every machine and in every order of lists and members. No protection against an adversary.</summary>
internal static class PrintHash
{
    private const int MaxDepth = 256;
    private const ulong First = 0x9E3779B185EBCA87;
    private const ulong Second = 0xC2B2AE3D27D4EB4F;

    public static ulong Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        return Value(ref reader);
    }

    public static ulong Mix(ulong hash, ulong value)
    {
        hash = (BitOperations.RotateLeft(hash ^ (value * First), 29) + value) * Second;
        return hash ^ hash >> 32;
    }

    private static ulong Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Members(ref reader),
        JsonTokenType.StartArray => Items(ref reader),
        JsonTokenType.String => Text(ref reader),
        JsonTokenType.Number => Bytes(reader.ValueSpan, 3),
        var token => Mix(4, (ulong)token),
    };

    private static ulong Members(ref Utf8JsonReader reader)
    {
        var (sum, count) = (0ul, 0ul);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Bytes(reader.ValueSpan, 5);
            reader.Read();
            sum += Mix(name, Value(ref reader));
            count++;
        }

        return Mix(Mix(6, sum), count);
    }

    private static ulong Items(ref Utf8JsonReader reader)
    {
        var (sum, count) = (0ul, 0ul);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            sum += Mix(7, Value(ref reader));
            count++;
        }

        return Mix(Mix(8, sum), count);
    }

    /// <summary>A local time is written with the offset of the machine: the instant counts.</summary>
    private static ulong Text(ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        var isDate = text.Length is >= 20 and <= 40 && text[10] == 'T' && text[4] == '-' && (text[^1] == 'Z' || text[^6] is (byte)'+' or (byte)'-');
        return isDate && reader.TryGetDateTimeOffset(out var date) ? Mix(9, (ulong)date.UtcTicks) : Bytes(text, 10);
    }

    private static ulong Bytes(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var hash = Mix(seed, (ulong)bytes.Length);
        for (; bytes.Length >= 8; bytes = bytes[8..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        if (bytes.IsEmpty) return hash;
        Span<byte> rest = stackalloc byte[8];
        rest.Clear();
        bytes.CopyTo(rest);
        return Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest));
    }
}
