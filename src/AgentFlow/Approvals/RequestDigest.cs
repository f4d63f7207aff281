using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow.Approvals;

/// <summary>
/// SHA-256 over what a person is shown: place, kind, name, who asks, prompt, role, terms, on whose behalf, the value and the choices. Every
/// part is UTF-8 behind its length; JSON objects have their members in ordinal order and no white space.
/// </summary>
internal static class RequestDigest
{
    public static string Of(ApprovalRequest request, JsonSerializerOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "agentflow-request-1");
        Add(hash, request.Path.ToString());
        Add(hash, request.Kind.ToString());
        Add(hash, request.Name);
        Add(hash, request.AskedBy);
        Add(hash, request.Prompt);
        Add(hash, request.Role);
        Add(hash, request.Terms.ToString());
        Add(hash, request.Principal.User);
        Add(hash, request.Principal.Tenant);
        AddValue(hash, request.Value, request.ValueType, options);
        foreach (var choice in request.Choices) AddValue(hash, choice, request.AnswerType, options);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        if (text is null) Add(hash, default, -1);
        else Add(hash, Encoding.UTF8.GetBytes(text), null);
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> bytes, int? length)
    {
        Span<byte> prefix = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, length ?? bytes.Length);
        hash.AppendData(prefix);
        hash.AppendData(bytes);
    }

    /// <summary>A value of a run in memory need not serialize: then its text stands for it.</summary>
    private static void AddValue(IncrementalHash hash, object? value, Type type, JsonSerializerOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        try
        {
            using (var writer = new Utf8JsonWriter(buffer)) Payload.Write(writer, value, type.IsInstanceOfType(value) ? type : value?.GetType(), options);
            using var document = JsonDocument.Parse(buffer.WrittenMemory);
            var canonical = new ArrayBufferWriter<byte>(buffer.WrittenCount);
            using (var writer = new Utf8JsonWriter(canonical)) Write(writer, document.RootElement);
            Add(hash, canonical.WrittenSpan, null);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            Add(hash, TypeNames.Short(type));
            Add(hash, TextOf(value));
        }
    }

    private static string TextOf(object? value)
    {
        try
        {
            return value?.ToString() ?? "";
        }
        catch (Exception exception)
        {
            return exception.GetType().Name;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            default: element.WriteTo(writer); break;
        }
    }
}
