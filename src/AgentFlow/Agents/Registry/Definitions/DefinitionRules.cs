using System.Buffers;
using System.Text.Json;

namespace AgentFlow;

/// <summary>What a definition must fulfil beside its schema.</summary>
internal static class DefinitionRules
{
    /// <summary>A copy that nobody else holds a list of, checked for everything that a file is checked for.</summary>
    /// <exception cref="AgentDefinitionException">It is not what it must be.</exception>
    public static AgentDefinition Frozen(AgentDefinition definition)
    {
        Require(definition);
        var frozen = definition with
        {
            Capabilities = [.. definition.Capabilities],
            Tools = [.. definition.Tools],
            Scopes = [.. definition.Scopes],
            Policies = [.. definition.Policies],
            InputSchema = definition.InputSchema?.Clone(),
            OutputSchema = definition.OutputSchema?.Clone(),
        };
        return frozen;
    }

    private static void Require(AgentDefinition definition)
    {
        var defects = new List<AgentDefect>();
        CheckLists(definition, Report);
        if (defects.Count == 0)
        {
            using var document = ToDocument(definition);
            new SchemaCheck(DefinitionSchema.Root, Report).Run(document.RootElement);
        }

        if (defects.Count == 0) Check(definition, Report);
        if (defects.Count > 0) throw new AgentDefinitionException($"'{definition.Name}'", defects);

        void Report(string place, string problem, string cure) => defects.Add(new(place, null, problem, cure));
    }

    public static void Check(AgentDefinition definition, Action<string, string, string> report)
    {
        try
        {
            StepName.Validate(definition.Name);
        }
        catch (ArgumentException exception)
        {
            report("$.name", exception.Message.Split(" (Parameter", 2)[0].TrimEnd('.'), "choose another name");
        }

        if (string.IsNullOrWhiteSpace(definition.Instructions)) report("$.instructions", "say nothing", "say how the agent works");
        for (var i = 0; i < definition.Tools.Count; i++)
        {
            if (!ToolName.IsValid(definition.Tools[i])) report($"$.tools[{i}]", $"'{definition.Tools[i]}' is no name that models accept", $"use at most {ToolName.MaxLength} letters, digits, '_' and '-'");
        }

        InstructionTemplate.Check(definition, report);
    }

    /// <summary>What the type system does not promise of a value made in code.</summary>
    private static void CheckLists(AgentDefinition definition, Action<string, string, string> report)
    {
        (string Place, IEnumerable<string?>? Values)[] lists =
        [
            ("name", [definition.Name]), ("description", [definition.Description]), ("instructions", [definition.Instructions]), ("capabilities", definition.Capabilities),
            ("tools", definition.Tools), ("scopes", definition.Scopes), ("policies", definition.Policies), ("limits", definition.Limits is null ? null : []),
        ];
        foreach (var (place, values) in lists)
        {
            if (values is null || values.Contains(null)) report($"$.{place}", "is null", "set it");
            else if (values.Any(static value => !IsText(value!))) report($"$.{place}", "has half of a character pair", "write the whole character");
        }

        if (definition.InputSchema is { ValueKind: JsonValueKind.Undefined }) report("$.inputSchema", "is undefined", "set a schema, or null");
        if (definition.OutputSchema is { ValueKind: JsonValueKind.Undefined }) report("$.outputSchema", "is undefined", "set a schema, or null");
        if (definition.Limits?.TimeoutSeconds is { } seconds && !double.IsFinite(seconds)) report("$.limits.timeoutSeconds", $"is {seconds}", "use 0.01 to 86400");
    }

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }

    private static JsonDocument ToDocument(AgentDefinition definition)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) DefinitionJson.Write(writer, definition);
        return JsonDocument.Parse(buffer.WrittenMemory);
    }
}
