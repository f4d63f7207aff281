using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow.Memories;

internal sealed class MemoryScopeConverter : JsonConverter<MemoryScope>
{
    public override MemoryScope Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var scope = JsonElement.ParseValue(ref reader);
        return MemoryScope.Read(Enum.Parse<MemoryReach>(scope.GetProperty("reach").GetString()!), Text("tenant"), Text("user"), Text("agent"), Text("run"));

        string? Text(string name) => scope.TryGetProperty(name, out var text) ? text.GetString() : null;
    }

    public override void Write(Utf8JsonWriter writer, MemoryScope value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("reach", value.Reach.ToString());
        Optional("tenant", value.Tenant);
        Optional("user", value.User);
        Optional("agent", value.Agent);
        Optional("run", value.Run);
        writer.WriteEndObject();

        void Optional(string name, string? text)
        {
            if (text is not null) writer.WriteString(name, text);
        }
    }
}
