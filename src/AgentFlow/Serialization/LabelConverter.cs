using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>A label as JSON, in entries and in recorded values alike: <c>integrity</c>, <c>audience</c> unless it is everybody, <c>provenance</c> unless it is empty.</summary>
internal sealed class LabelConverter : JsonConverter<Label>
{
    public override Label Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, Label value, JsonSerializerOptions options) => Write(writer, value);

    public static Label Read(JsonElement label)
    {
        var read = Label.None.WithIntegrity(Enum.Parse<Integrity>(label.GetProperty("integrity").GetString()!));
        if (label.TryGetProperty("audience", out var audience)) read = read.WithAudience(audience.EnumerateArray().Select(static reader => reader.GetString()!));
        if (!label.TryGetProperty("provenance", out var provenance)) return read;
        return provenance.EnumerateArray().Aggregate(read, static (current, source) => current.From(source.GetString()!));
    }

    public static void Write(Utf8JsonWriter writer, Label label)
    {
        writer.WriteStartObject();
        writer.WriteString("integrity", label.Integrity.ToString());
        if (label.Audience is { } audience) Write(writer, "audience", audience);
        if (!label.Provenance.IsEmpty) Write(writer, "provenance", label.Provenance);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
