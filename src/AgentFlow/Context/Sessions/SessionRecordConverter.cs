using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow.Conversations;

/// <summary>Messages are written as Microsoft.Extensions.AI writes them, whatever the host's own contexts know.</summary>
internal sealed class SessionRecordConverter : JsonConverter<SessionRecord>
{
    private static JsonTypeInfo<ChatMessage> MessageType => (JsonTypeInfo<ChatMessage>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatMessage));

    public override SessionRecord Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var record = JsonElement.ParseValue(ref reader);
        return new()
        {
            Key = new(record.GetProperty("session").GetString()!, record.GetProperty("agent").GetString()!),
            Version = record.GetProperty("version").GetInt64(),
            User = record.GetProperty("user").GetString()!,
            Tenant = record.TryGetProperty("tenant", out var tenant) ? tenant.GetString() : null,
            Time = new(record.GetProperty("time").GetInt64(), TimeSpan.Zero),
            Writers = [.. record.GetProperty("writers").EnumerateArray().Select(static writer => writer.GetString()!)],
            Label = LabelConverter.Read(record.GetProperty("label")),
            Messages = [.. record.GetProperty("messages").EnumerateArray().Select(static message => message.Deserialize(MessageType)!)],
        };
    }

    public override void Write(Utf8JsonWriter writer, SessionRecord value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("session", value.Key.Session);
        writer.WriteString("agent", value.Key.Agent);
        writer.WriteNumber("version", value.Version);
        writer.WriteString("user", value.User);
        if (value.Tenant is not null) writer.WriteString("tenant", value.Tenant);
        writer.WriteNumber("time", value.Time.UtcTicks);
        writer.WriteStartArray("writers");
        foreach (var call in value.Writers) writer.WriteStringValue(call);
        writer.WriteEndArray();
        writer.WritePropertyName("label");
        LabelConverter.Write(writer, value.Label);
        writer.WriteStartArray("messages");
        foreach (var message in value.Messages) JsonSerializer.Serialize(writer, message, MessageType);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
