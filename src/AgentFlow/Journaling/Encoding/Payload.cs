using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow.Journaling;

/// <summary>A value as JSON that waits for the type it will be read as.</summary>
internal readonly struct Payload(ReadOnlyMemory<byte> json)
{
    private static readonly ConditionalWeakTable<JsonTypeInfo, object> Readable = [];

    public static void Write<T>(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (value is JsonElement element) element.WriteTo(writer);
        else JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T>)ReadBack(value, options.GetTypeInfo(typeof(T))));
    }

    public static void Write(Utf8JsonWriter writer, object? value, Type? type, JsonSerializerOptions options)
    {
        if (value is null) writer.WriteNullValue();
        else if (value is JsonElement element) element.WriteTo(writer);
        else if (type is null) JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
        else JsonSerializer.Serialize(writer, value, ReadBack(value, options.GetTypeInfo(type)));
    }

    /// <summary>
    /// Reads the first value of a type back. Many types can be written and not read, an interface for one: that must come out
    /// while the value is there, and not when a restart needs it.
    /// </summary>
    private static JsonTypeInfo ReadBack(object? value, JsonTypeInfo type)
    {
        if (value is null) return type;
        RefuseNarrowing(value, type);
        if (Readable.TryGetValue(type, out _)) return type;
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type), type);
        Readable.AddOrUpdate(type, type.Type);
        return type;
    }

    /// <summary>
    /// What is declared as less than it is would come back as less: a flow would see one thing live and another after a restart. Text
    /// in an <see cref="object"/> is what tools yield; it is text to a model either way.
    /// </summary>
    private static void RefuseNarrowing(object value, JsonTypeInfo type)
    {
        if (value.GetType() == type.Type || type.PolymorphismOptions is not null) return;
        var isNarrowed = type.Type == typeof(object) ? value is not string : type.Kind == JsonTypeInfoKind.Object && !type.Type.IsInterface;
        if (!isNarrowed) return;
        throw new NotSupportedException($"it is a {TypeNames.Short(value.GetType())} and declared as {TypeNames.Short(type.Type)}, as which it would come back. Declare the type itself, or the derived types with [JsonDerivedType].");
    }

    public T Read<T>(JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(json.Span, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!;

    public object? Read(Type type, JsonSerializerOptions options) => JsonSerializer.Deserialize(json.Span, options.GetTypeInfo(type));

    public JsonElement ToElement()
    {
        var reader = new Utf8JsonReader(json.Span);
        return JsonElement.ParseValue(ref reader);
    }

    public void CopyTo(Utf8JsonWriter writer) => writer.WriteRawValue(json.Span);
}
