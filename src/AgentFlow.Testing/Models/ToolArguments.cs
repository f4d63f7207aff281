using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AgentFlow.Testing;

/// <summary>Turns what a test author writes into what a provider's adapter hands over: JSON elements by name.</summary>
internal static class ToolArguments
{
    internal static Dictionary<string, object?> FromPairs(
        IEnumerable<KeyValuePair<string, object?>> arguments, JsonSerializerOptions options)
    {
        var result = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments)
        {
            if (!result.TryAdd(name, ToElement(value, options)))
            {
                throw new ArgumentException($"The argument '{name}' is given twice; a tool call has one value per name.", nameof(arguments));
            }
        }

        return result;
    }

    /// <remarks>
    /// The members of an anonymous object are argument names as the author spelled them; any other object is
    /// serialized, so that its naming policy and attributes hold.
    /// </remarks>
    [RequiresUnreferencedCode(ScriptedReply.Reflects)]
    [RequiresDynamicCode(ScriptedReply.Reflects)]
    internal static Dictionary<string, object?> FromObject(object arguments, JsonSerializerOptions options)
    {
        var type = arguments.GetType();
        return type.Name.Contains("AnonymousType", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute))
            ? FromPairs(type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(property => KeyValuePair.Create(property.Name, property.GetValue(arguments))), options)
            : FromElement(JsonSerializer.SerializeToElement(arguments, type, options), type);
    }

    internal static Dictionary<string, object?> FromElement(JsonElement arguments, Type type) =>
        arguments.ValueKind == JsonValueKind.Object
            ? Members(arguments)
            : throw new ArgumentException(
                $"The arguments of a tool call are an object with one member per argument; {type} serializes to a JSON "
                + $"{arguments.ValueKind}. Write new {{ name = value }} or a (name, value) pair.",
                nameof(arguments));

    /// <exception cref="JsonException">The text is not a JSON object.</exception>
    internal static Dictionary<string, object?> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? Members(document.RootElement)
            : throw new JsonException($"The arguments are a JSON {document.RootElement.ValueKind}, not an object.");
    }

    private static Dictionary<string, object?> Members(JsonElement element) =>
        element.EnumerateObject().ToDictionary(
            static member => member.Name,
            static member => member.Value.ValueKind == JsonValueKind.Null ? null : (object?)member.Value.Clone(),
            StringComparer.Ordinal);

    private static object? ToElement(object? value, JsonSerializerOptions options) =>
        value is null or JsonElement ? value : JsonSerializer.SerializeToElement(value, options.GetTypeInfo(value.GetType()));
}
