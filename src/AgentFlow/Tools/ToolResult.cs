using System.Collections.Frozen;
using System.Text.Json;

namespace AgentFlow;

/// <summary>Values on their way between models and tools.</summary>
internal static class ToolResult
{
    /// <summary>Text as text: a string that went through the serializer would reach the model in quotes.</summary>
    public static object? ForModel(object? result) => result is JsonElement { ValueKind: JsonValueKind.String } text ? text.GetString() : result;

    /// <summary>Arguments as a policy or a human gives them back.</summary>
    public static bool TryArguments(object? value, out IReadOnlyDictionary<string, object?> arguments)
    {
        arguments = value switch
        {
            IReadOnlyDictionary<string, object?> shared => shared,
            IDictionary<string, object?> other => Arguments(other),
            _ => null!,
        };
        return arguments is not null;
    }

    public static IReadOnlyDictionary<string, object?> Arguments(IDictionary<string, object?>? arguments) => arguments switch
    {
        null => FrozenDictionary<string, object?>.Empty,
        IReadOnlyDictionary<string, object?> shared => shared,
        _ => new Dictionary<string, object?>(arguments, StringComparer.Ordinal),
    };
}
