using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentFlow;

/// <summary>Definitions as JSON.</summary>
internal static class DefinitionJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="AgentDefinitionException">It is not what it must be.</exception>
    public static AgentDefinition Read(ReadOnlyMemory<byte> json, string source)
    {
        json = WithoutMark(json);
        var defects = new List<AgentDefect>();
        try
        {
            var lines = LineIndex.Of(json.Span);
            foreach (var (place, name) in lines.Duplicates) defects.Add(new(place, lines.LineOf(place), $"'{name}' is there twice", "remove one of them"));
            using var document = JsonDocument.Parse(json);
            new SchemaCheck(DefinitionSchema.Root, (place, problem, cure) => defects.Add(new(place, lines.LineOf(place), problem, cure))).Run(document.RootElement);
            if (defects.Count == 0)
            {
                var definition = Read(document.RootElement);
                DefinitionRules.Check(definition, (place, problem, cure) => defects.Add(new(place, lines.LineOf(place), problem, cure)));
                if (defects.Count == 0) return definition;
            }
        }
        catch (JsonException exception)
        {
            var line = exception.LineNumber is { } number ? (int)number + 1 : (int?)null;
            defects.Add(new("$", line, $"it is no JSON: {Syntax(exception)}", "mend the text there; check quotes, commas and braces"));
        }
        catch (InvalidOperationException)
        {
            defects.Add(new("$", null, "a name in it is no text", "write names in whole characters"));
        }

        throw new AgentDefinitionException(source, defects);
    }

    /// <summary>Reads what is known to fit the schema.</summary>
    public static AgentDefinition Read(JsonElement root) => new()
    {
        Name = root.GetProperty("name").GetString()!,
        Description = Text(root, "description") ?? "",
        Capabilities = List(root, "capabilities"),
        Instructions = Instructions(root.GetProperty("instructions")),
        Model = Text(root, "model"),
        Tools = List(root, "tools"),
        InputSchema = Element(root, "inputSchema"),
        OutputSchema = Element(root, "outputSchema"),
        Scopes = List(root, "scopes"),
        Policies = List(root, "policies"),
        Limits = root.TryGetProperty("limits", out var limits) ? Limits(limits) : AgentLimits.Default,
    };

    public static string Write(AgentDefinition definition)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Indented)) Write(writer, definition, asLines: true);
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    public static void Write(Utf8JsonWriter writer, AgentDefinition definition, bool asLines = false)
    {
        writer.WriteStartObject();
        writer.WriteString("name", definition.Name);
        if (definition.Description.Length > 0) writer.WriteString("description", definition.Description);
        Write(writer, "capabilities", definition.Capabilities);
        if (asLines && definition.Instructions.Contains('\n', StringComparison.Ordinal)) Write(writer, "instructions", definition.Instructions.Split('\n'));
        else writer.WriteString("instructions", definition.Instructions);
        if (definition.Model is not null) writer.WriteString("model", definition.Model);
        Write(writer, "tools", definition.Tools);
        Write(writer, "inputSchema", definition.InputSchema);
        Write(writer, "outputSchema", definition.OutputSchema);
        Write(writer, "scopes", definition.Scopes);
        Write(writer, "policies", definition.Policies);
        if (definition.Limits != AgentLimits.Default) WriteLimits(writer, definition.Limits);
        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, AgentLimits limits)
    {
        writer.WriteStartObject("limits");
        Number("maxTurns", limits.MaxTurns);
        Number("maxToolCalls", limits.MaxToolCalls);
        Number("maxParallelToolCalls", limits.MaxParallelToolCalls);
        Number("repairs", limits.Repairs);
        Number("maxOutputTokens", limits.MaxOutputTokens);
        if (limits.TimeoutSeconds is { } seconds) writer.WriteNumber("timeoutSeconds", seconds);
        Number("retries", limits.Retries);
        writer.WriteEndObject();

        void Number(string name, int? value)
        {
            if (value is { } number) writer.WriteNumber(name, number);
        }
    }

    private static AgentLimits Limits(JsonElement limits) => new()
    {
        MaxTurns = Integer(limits, "maxTurns"),
        MaxToolCalls = Integer(limits, "maxToolCalls"),
        MaxParallelToolCalls = Integer(limits, "maxParallelToolCalls"),
        Repairs = Integer(limits, "repairs"),
        MaxOutputTokens = Integer(limits, "maxOutputTokens"),
        TimeoutSeconds = limits.TryGetProperty("timeoutSeconds", out var seconds) ? seconds.GetDouble() : null,
        Retries = Integer(limits, "retries"),
    };

    private static string Instructions(JsonElement instructions) => instructions.ValueKind == JsonValueKind.Array
        ? string.Join('\n', instructions.EnumerateArray().Select(static line => line.GetString()))
        : instructions.GetString()!;

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int? Integer(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static JsonElement? Element(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.Clone() : null;

    private static string[] List(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(static item => item.GetString()!)] : [];

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is not { } element) return;
        writer.WritePropertyName(name);
        element.WriteTo(writer);
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) => json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    /// <summary>The serializer ends its sentence with the place, which we say ourselves.</summary>
    private static string Syntax(JsonException exception)
    {
        var cut = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (cut < 0 ? exception.Message : exception.Message[..cut]).TrimEnd('.');
    }
}
