using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentFlow.Agents;

/// <summary>A change as a file has it: JSON with the hash of the record before it and its own.</summary>
internal static class ChangeRecord
{
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";
    private const int Format = 1;
    private static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The record and its hash.</summary>
    public static (byte[] Content, string Hash) Encode(AgentChange change, string previous)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, Readable)) Write(writer, change);
        var hash = HashOf(previous, body.WrittenSpan);
        var record = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(record, Readable))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", Format);
            writer.WriteString("previous", previous);
            writer.WriteString("hash", hash);
            writer.WritePropertyName("change");
            writer.WriteRawValue(body.WrittenSpan);
            writer.WriteEndObject();
        }

        return ([.. record.WrittenSpan, (byte)'\n'], hash);
    }

    /// <exception cref="AgentStoreException">It is not what was written.</exception>
    public static (AgentChange Change, string Previous, string Hash) Decode(byte[] content, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            if (root.GetProperty("format").GetInt32() is var format and not Format) throw new AgentStoreException(file, $"it was written in format {format}, and this version of AgentFlow reads format {Format}");
            var (previous, hash, body) = (root.GetProperty("previous").GetString()!, root.GetProperty("hash").GetString()!, root.GetProperty("change"));
            if (HashOf(previous, JsonMarshal.GetRawUtf8Value(body)) != hash) throw new AgentStoreException(file, "its content does not have the hash that it says");
            return (Read(body), previous, hash);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new AgentStoreException(file, content.Length == 0 ? "it is empty" : $"it cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static string HashOf(string previous, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(previous));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Write(Utf8JsonWriter writer, AgentChange change)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence", change.Sequence);
        writer.WriteString("kind", change.Kind.ToString());
        writer.WriteString("agent", change.Agent);
        writer.WriteNumber("version", change.Version);
        if (change.Percent is { } percent) writer.WriteNumber("percent", percent);
        writer.WriteString("by", change.By.User);
        if (change.By.Tenant is { } tenant) writer.WriteString("tenant", tenant);
        if (change.By.Project is { } project) writer.WriteString("project", project);
        writer.WriteString("reason", change.Reason);
        writer.WriteString("time", change.Time);
        if (change.Definition is { } definition)
        {
            writer.WritePropertyName("definition");
            DefinitionJson.Write(writer, definition);
        }

        writer.WriteEndObject();
    }

    private static AgentChange Read(JsonElement body) => new()
    {
        Sequence = body.GetProperty("sequence").GetInt32(),
        Kind = Enum.Parse<AgentChangeKind>(body.GetProperty("kind").GetString()!),
        Agent = body.GetProperty("agent").GetString()!,
        Version = body.GetProperty("version").GetInt32(),
        Percent = body.TryGetProperty("percent", out var percent) ? percent.GetDouble() : null,
        By = new(body.GetProperty("by").GetString()!) { Tenant = Text(body, "tenant"), Project = Text(body, "project") },
        Reason = body.GetProperty("reason").GetString()!,
        Time = body.GetProperty("time").GetDateTimeOffset(),
        Definition = body.TryGetProperty("definition", out var definition) ? DefinitionJson.Read(definition) : null,
    };

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;
}
