using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>Paths as their text.</summary>
internal sealed class StepPathConverter : JsonConverter<StepPath>
{
    public override StepPath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => StepPath.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, StepPath value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
