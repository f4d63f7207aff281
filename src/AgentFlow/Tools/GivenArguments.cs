using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>
/// Arguments as a policy or a human gives them back. They are held against the tool's schema like those of a model, and more
/// strictly: a name that the tool does not know is a slip that would be lost without a word.
/// </summary>
internal static class GivenArguments
{
    /// <summary>
    /// The arguments as a model gave them: as JSON, under the names of the schema, closed to changes. Two that differ in case only are
    /// refused: to a rule that looks at one of them, the tool might take the other.
    /// </summary>
    /// <returns>What is wrong, in words meant for a model, or null.</returns>
    public static string? ReadFromModel(BoundTool tool, IDictionary<string, object?>? given, out IReadOnlyDictionary<string, object?> arguments)
    {
        arguments = ReadOnlyDictionary<string, object?>.Empty;
        if (given is not { Count: > 0 }) return tool.ProblemOf(arguments)?.Text;
        var read = new Dictionary<string, object?>(given.Count, StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            var known = tool.Rule.NameOf(name) ?? name;
            if (!read.TryAdd(known, TryJson(value, tool.Json, out var json) ? json : value)) return Twice(known);
        }

        arguments = new ReadOnlyDictionary<string, object?>(read);
        return tool.ProblemOf(arguments)?.Text;
    }

    /// <summary>Whether a value stands for several arguments and not for one.</summary>
    public static bool IsObject(object? given) => given is IReadOnlyDictionary<string, object?> or IDictionary<string, object?> or JsonObject or JsonElement { ValueKind: JsonValueKind.Object } or JsonDocument;

    public static string Cure(BoundTool tool) => $"Give the arguments of '{tool.Name}' ({tool.Rule.Signature}) as a dictionary, a JSON object or an object with these properties.";

    /// <summary>The arguments as JSON by name, or what is wrong with them.</summary>
    public static Misfit? Read(BoundTool tool, IReadOnlyDictionary<string, object?> current, object? given, out IReadOnlyDictionary<string, object?> arguments)
    {
        var read = new Dictionary<string, object?>(StringComparer.Ordinal);
        arguments = new ReadOnlyDictionary<string, object?>(read);
        if (Members(given, tool.Json) is not { } members) return new(null, given, "a set of arguments", $"is {Describe(given)}, which is no set of arguments", Cure(tool));
        foreach (var (name, value) in members)
        {
            var known = current.ContainsKey(name) ? name : tool.Rule.NameOf(name);
            if (known is null) return new(name, value, "no argument of this name", Misfits(tool, $"there is no argument '{name}'"), Cure(tool));
            if (!TryJson(value, tool.Json, out var json)) return new(known, value, tool.Rule.ExpectationOf(known), Misfits(tool, $"{known} is {Describe(value)}, which does not serialize"), Cure(tool));
            if (!read.TryAdd(known, json)) return new(known, value, tool.Rule.ExpectationOf(known), Misfits(tool, Twice(known)), Cure(tool));
        }

        return tool.ProblemOf(read) is { } problem
            ? new(problem.Argument, read.GetValueOrDefault(problem.Argument), problem.Expected, Misfits(tool, problem.Text), Cure(tool))
            : null;
    }

    private static IEnumerable<KeyValuePair<string, object?>>? Members(object? given, JsonSerializerOptions json)
    {
        if (given is IReadOnlyDictionary<string, object?> shared) return shared;
        if (given is IDictionary<string, object?> other) return other;
        if (!TryJson(given, json, out var value) || value is not JsonElement { ValueKind: JsonValueKind.Object } element) return null;
        return element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, (object?)member.Value));
    }

    /// <summary>The value as an element, which lives as long as it is needed and reads the same after a restart; null for null.</summary>
    private static bool TryJson(object? value, JsonSerializerOptions json, out object? element)
    {
        try
        {
            element = value switch
            {
                null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
                JsonElement one => one.Clone(),
                _ => JsonSerializer.SerializeToElement(value, json.GetTypeInfo(value.GetType())),
            };
            return true;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            element = null;
            return false;
        }
    }

    private static string Twice(string name) => $"'{name}' is given twice";

    private static string Misfits(BoundTool tool, string problem) => $"does not fit the schema of '{tool.Name}': {problem}";

    private static string Describe(object? value) => value is null ? "null" : $"a {TypeNames.Short(value.GetType())}";
}
