using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow;

/// <summary>The arguments of a call as the typed input of a step.</summary>
internal static class ToolInput
{
    /// <exception cref="JsonException">The arguments do not fit the type.</exception>
    public static T Read<T>(IReadOnlyDictionary<string, object?> arguments, string? property, JsonTypeInfo<T> type)
    {
        if (property is not null) return arguments.TryGetValue(property, out var only) ? Read(only, type) : throw new JsonException($"the argument '{property}' is missing");
        var all = new JsonObject();
        foreach (var (name, value) in arguments) all[name] = ToNode(value, type.Options);
        return all.Deserialize(type) ?? throw new JsonException("the arguments are null");
    }

    /// <summary>The arguments that would yield this input.</summary>
    public static IReadOnlyDictionary<string, object?> Write<T>(T input, string? property, JsonTypeInfo<T> type)
    {
        var element = JsonSerializer.SerializeToElement(input, type);
        return property is not null
            ? new Dictionary<string, object?>(StringComparer.Ordinal) { [property] = element }
            : element.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal);
    }

    private static T Read<T>(object? value, JsonTypeInfo<T> type) => value switch
    {
        T typed => typed,
        _ => (ToNode(value, type.Options) is { } node ? node.Deserialize(type) : default) ?? throw new JsonException("the argument is null"),
    };

    private static JsonNode? ToNode(object? value, JsonSerializerOptions options) => value switch
    {
        null => null,
        JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        _ => JsonSerializer.SerializeToNode(value, options.GetTypeInfo(value.GetType())),
    };
}
