using System.Globalization;
using System.Text.Json;

namespace AgentFlow;

/// <summary>What makes a definition this one and no other.</summary>
internal static class DefinitionContent
{
    private const int HashBytes = 32;

    public static string HashOf(AgentDefinition definition) => FlowShape.HashOf(HashBytes, Texts(definition));

    /// <summary>Every field with its name in front, every list with its length.</summary>
    private static IEnumerable<string> Texts(AgentDefinition definition)
    {
        var limits = definition.Limits;
        IEnumerable<IEnumerable<string>> fields =
        [
            ["agent definition 1"],
            ["name", definition.Name],
            ["description", definition.Description],
            Set("capabilities", definition.Capabilities),
            ["instructions", definition.Instructions],
            Optional("model", definition.Model),
            List("tools", definition.Tools),
            Optional("input", Canonical(definition.InputSchema)),
            Optional("output", Canonical(definition.OutputSchema)),
            Set("scopes", definition.Scopes),
            Set("policies", definition.Policies),
            Number("max-turns", limits.MaxTurns),
            Number("max-tool-calls", limits.MaxToolCalls),
            Number("max-parallel-tool-calls", limits.MaxParallelToolCalls),
            Number("repairs", limits.Repairs),
            Number("max-output-tokens", limits.MaxOutputTokens),
            Number("timeout", limits.TimeoutSeconds),
            Number("retries", limits.Retries),
        ];
        return fields.SelectMany(static field => field);
    }

    private static IEnumerable<string> Set(string name, IReadOnlyList<string> values) => List(name, [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    private static IEnumerable<string> List(string name, IReadOnlyList<string> values) => [name, values.Count.ToString(CultureInfo.InvariantCulture), .. values];

    private static IEnumerable<string> Optional(string name, string? value) => value is null ? [name, "0"] : [name, "1", value];

    private static IEnumerable<string> Number<T>(string name, T? value)
        where T : struct, IFormattable => Optional(name, value?.ToString(null, CultureInfo.InvariantCulture));

    private static string? Canonical(JsonElement? schema) => schema is { } element ? InputDigest.Canonical(element) : null;
}
