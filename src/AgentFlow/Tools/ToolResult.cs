using System.Collections.Frozen;
using System.Text.Json;

namespace AgentFlow;

/// <summary>Values on their way between models and tools.</summary>
internal static class ToolResult
{
    /// <summary>Text as text: a string that went through the serializer would reach the model in quotes.</summary>
    public static object? ForModel(object? result) => result is JsonElement { ValueKind: JsonValueKind.String } text ? text.GetString() : result;

    public static IReadOnlyDictionary<string, object?> Arguments(IDictionary<string, object?>? arguments) => arguments switch
    {
        null => FrozenDictionary<string, object?>.Empty,
        IReadOnlyDictionary<string, object?> shared => shared,
        _ => new Dictionary<string, object?>(arguments, StringComparer.Ordinal),
    };
}
