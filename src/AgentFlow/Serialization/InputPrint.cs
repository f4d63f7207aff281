using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow;

/// <summary>
/// Tells what an effect was given from something else: 64 bits of its JSON, and 32 bits of the shape of its type, because only values of
/// one shape can be compared. The order of lists and of members is not looked at: a set or a dictionary has another one in every process.
/// </summary>
/// <param name="Shape">Names and types of everything the type consists of.</param>
/// <param name="Value">The value.</param>
internal readonly record struct InputPrint(uint Shape, ulong Value)
{
    private const int Digits = 24;

    private static readonly ConditionalWeakTable<JsonTypeInfo, PrintedType> Types = [];

    /// <summary>The print of a value; null when it has no JSON that can be relied on, or too much of it.</summary>
    public static InputPrint? Of<T>(T input, JsonSerializerOptions options)
    {
        var buffer = PrintBuffer.Rent();
        try
        {
            if (IsLazy(input)) return null;
            var info = options.GetTypeInfo(typeof(T));
            var type = Types.GetValue(info, static info => new(TypeShape.Of(info)));
            if (type.IsVolatile) return null;
            var value = PrintHash.Of(buffer.Write(input, (JsonTypeInfo<T>)info));
            if (!type.IsTried && input is not null && !type.Try(IsTheSameReadBack(buffer, (JsonTypeInfo<T>)info, value))) return null;
            return new(type.Shape, value);
        }
        catch (Exception)
        {
            // Whatever a host's type or converter throws: what cannot be written cannot be compared.
            return null;
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <summary>Whether the two are known to be different: prints of different shapes say nothing about each other.</summary>
    public bool Differs(InputPrint other) => Shape == other.Shape && Value != other.Value;

    public static InputPrint? Parse(string? text) =>
        text is { Length: Digits } && uint.TryParse(text.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var shape) && ulong.TryParse(text.AsSpan(8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            ? new(shape, value)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Shape:x8}{Value:x16}");

    /// <summary>A type whose first value does not come back from its JSON as it was would be another one after every restart.</summary>
    private static bool IsTheSameReadBack<T>(PrintBuffer buffer, JsonTypeInfo<T> type, ulong value) =>
        PrintHash.Of(buffer.Write(JsonSerializer.Deserialize(buffer.Written, type)!, type)) == value;

    /// <summary>What is produced while it is enumerated must not be enumerated twice.</summary>
    private static bool IsLazy<T>(T input) => input is IEnumerable and not (ICollection or string)
        && (typeof(T) == typeof(object) || typeof(T) == typeof(IEnumerable) || typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(IEnumerable<>));

    private sealed class PrintedType(uint shape)
    {
        private int _verdict;

        public uint Shape => shape;

        public bool IsTried => Volatile.Read(ref _verdict) != 0;

        public bool IsVolatile => Volatile.Read(ref _verdict) < 0;

        public bool Try(bool isStable)
        {
            Volatile.Write(ref _verdict, isStable ? 1 : -1);
            return isStable;
        }
    }
}
