using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentFlow;

/// <summary>
/// Tells the input of one start from that of another: SHA-256 over its JSON with the properties of every object in order, so that
/// neither reference equality of lists nor the order of a dictionary makes two of what is the same.
/// </summary>
internal static class InputDigest
{
    /// <summary>The digest in hex digits, or null when the value has no JSON.</summary>
    public static string? Of<T>(T input, JsonSerializerOptions options) => Of(input, typeof(T), options);

    /// <inheritdoc cref="Of{T}"/>
    public static string? Of(object? input, Type type, JsonSerializerOptions options)
    {
        try
        {
            return Of(JsonSerializer.SerializeToElement(input, options.GetTypeInfo(type)));
        }
        catch (Exception)
        {
            // Whatever a host's type or converter throws: what cannot be written cannot be compared.
            return null;
        }
    }

    /// <summary>The digest of what a durable journal would give back.</summary>
    public static string? OfRoundTrip<T>(T input, JsonSerializerOptions options)
    {
        try
        {
            return Of(RoundTrip.Copy(input, options, StepPath.Root("input")), options);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The JSON without spaces and with the properties of every object in order.</summary>
    public static string Canonical(JsonElement json) => Encoding.UTF8.GetString(Bytes(json).WrittenSpan);

    private static string Of(JsonElement json) => Convert.ToHexStringLower(SHA256.HashData(Bytes(json).WrittenSpan));

    private static ArrayBufferWriter<byte> Bytes(JsonElement json)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        Write(writer, json);
        writer.Flush();
        return buffer;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in json.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
