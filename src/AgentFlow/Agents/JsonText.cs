using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow;

/// <summary>JSON as models read and write it.</summary>
internal static class JsonText
{
    // Letters beyond ASCII stay readable, which saves tokens too; nothing here ends up in HTML.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value as a prompt: text as it is, anything else as compact JSON.</summary>
    public static string Of<T>(T value, JsonSerializerOptions options)
    {
        if (value is string text) return text;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact)) JsonSerializer.Serialize(writer, value, TypeOf<T>(options));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="InvalidOptionException">The options do not know the type.</exception>
    public static JsonTypeInfo<T> TypeOf<T>(JsonSerializerOptions options)
    {
        try
        {
            return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        }
        catch (NotSupportedException)
        {
            var name = TypeNames.Short(typeof(T));
            throw new InvalidOptionException(
                "FlowRuntimeOptions.SerializerOptions", $"without {name}", $"Add [JsonSerializable(typeof({name}))] to a source-generated context, and the context to the options.");
        }
    }

    /// <summary>
    /// Why a value cannot be read, in words that a model may see: where it is wrong, and of broken syntax how. What a converter or a
    /// constructor says of a value is not written for a model.
    /// </summary>
    public static string Problem(Exception exception) => exception switch
    {
        JsonException { Path: { } place } refused when refused.GetType() == typeof(JsonException) => $"the value at {place} cannot be read",
        JsonException broken => broken.Message,
        _ => "the values are not accepted",
    };

    /// <summary>What stands between Markdown fences, or the text itself.</summary>
    public static ReadOnlyMemory<char> Unfenced(string text)
    {
        const string Fence = "```";
        var trimmed = text.AsMemory().Trim();
        var open = trimmed.Span.IndexOf(Fence, StringComparison.Ordinal);
        if (open < 0 || trimmed.Span[0] is '{' or '[' or '"') return trimmed;
        var body = trimmed[(open + Fence.Length)..];
        var line = body.Span.IndexOf('\n');
        var tag = line < 0 ? default : body.Span[..line].Trim();
        if (line >= 0 && !tag.ContainsAny('{', '[')) body = body[(line + 1)..];
        else if (body.Span.StartsWith("json", StringComparison.OrdinalIgnoreCase)) body = body[4..];
        var close = body.Span.LastIndexOf(Fence, StringComparison.Ordinal);
        return (close < 0 ? body : body[..close]).Trim();
    }
}
