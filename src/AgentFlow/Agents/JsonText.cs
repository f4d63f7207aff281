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
