using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>
/// Value tuples, which joins yield, as JSON arrays: System.Text.Json writes them as <c>{}</c>. Without dynamic code the host's
/// source-generated context describes them, with <c>IncludeFields</c>.
/// </summary>
internal sealed class TupleConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        RuntimeFeature.IsDynamicCodeSupported && typeToConvert is { IsValueType: true, IsGenericType: true } && typeToConvert.IsAssignableTo(typeof(ITuple));

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "CanConvert refuses where dynamic code is not supported.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "A tuple that is written is constructed somewhere, by its only constructor with arguments.")]
    [UnconditionalSuppressMessage("Trimming", "IL2071", Justification = "A tuple that is written is constructed somewhere, by its only constructor with arguments.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "A tuple that is written is constructed somewhere, by its only constructor with arguments.")]
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(TupleConverter<>).MakeGenericType(typeToConvert))!;
}

/// <summary>One type of tuple. What stands behind the seventh item is part of the same array.</summary>
internal sealed class TupleConverter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T> : JsonConverter<T>
    where T : struct, ITuple
{
    private static readonly Type[] Items = [.. ItemsOf(typeof(T))];

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException($"A tuple of {Items.Length} is an array, not {reader.TokenType}.");
        var values = new object?[Items.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray) throw new JsonException($"A tuple of {Items.Length} has {i} items.");
            values[i] = JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(Items[i]));
        }

        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray) throw new JsonException($"A tuple of {Items.Length} has more items.");
        return (T)Make(typeof(T), values);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (var i = 0; i < Items.Length; i++) JsonSerializer.Serialize(writer, value[i], options.GetTypeInfo(Items[i]));
        writer.WriteEndArray();
    }

    private static IEnumerable<Type> ItemsOf(Type tuple)
    {
        var arguments = tuple.GetGenericArguments();
        return arguments.Length < 8 ? arguments : arguments.Take(7).Concat(ItemsOf(arguments[7]));
    }

    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "The rest of a tuple is constructed by whoever constructs the tuple.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "The rest of a tuple is constructed by whoever constructs the tuple.")]
    private static object Make(Type tuple, object?[] values) => values.Length < 8
        ? Activator.CreateInstance(tuple, values)!
        : Activator.CreateInstance(tuple, [.. values[..7], Make(tuple.GetGenericArguments()[7], values[7..])])!;
}
