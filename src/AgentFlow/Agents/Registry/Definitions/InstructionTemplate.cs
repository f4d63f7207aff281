using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentFlow;

/// <summary>Instructions with placeholders: words in braces that stand for properties of the input.</summary>
internal sealed partial class InstructionTemplate
{
    private const string WholeInput = "input";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<(string Text, string? Placeholder)> _parts = [];

    private InstructionTemplate(string instructions)
    {
        var end = 0;
        foreach (Match match in Placeholder().Matches(instructions))
        {
            if (match.Index > end) _parts.Add((instructions[end..match.Index], null));
            var isEscaped = match.Groups["escaped"].Success;
            _parts.Add((isEscaped ? $"{{{match.Groups["escaped"].Value}}}" : match.Value, isEscaped ? null : match.Groups["name"].Value));
            end = match.Index + match.Length;
        }

        if (end < instructions.Length) _parts.Add((instructions[end..], null));
    }

    public IEnumerable<string> Placeholders => _parts.Select(static part => part.Placeholder).OfType<string>().Distinct(StringComparer.Ordinal);

    public static InstructionTemplate Parse(string instructions) => new(instructions);

    /// <summary>Whether every placeholder is a property of the input that can stand in a text.</summary>
    public static void Check(AgentDefinition definition, Action<string, string, string> report)
    {
        var names = Parse(definition.Instructions).Placeholders.ToList();
        if (names.Count == 0) return;
        if (definition.InputSchema is not { } schema)
        {
            report("$.instructions", $"has the placeholder {{{names[0]}}}, and there is no inputSchema that says what it stands for", $"add an inputSchema, or write {{{{{names[0]}}}}} when the braces are meant");
            return;
        }

        foreach (var name in names)
        {
            if (SchemaPath.Find(schema, PathOf(schema, name)) is not { } property) report("$.instructions", $"has the placeholder {{{name}}}, which inputSchema does not have", $"use one of {Known(schema)}, or write {{{{{name}}}}} when the braces are meant");
            else if (!SchemaPath.IsScalar(property)) report("$.instructions", $"has the placeholder {{{name}}}, which is no text, number or boolean", "name one of its properties, and leave the whole to the input itself");
        }
    }

    public string Render(JsonElement input)
    {
        var text = new StringBuilder();
        foreach (var (literal, placeholder) in _parts)
        {
            if (placeholder is null) text.Append(literal);
            else text.Append(ValueOf(input, placeholder));
        }

        return text.ToString();
    }

    private static string ValueOf(JsonElement input, string placeholder)
    {
        if (input.ValueKind != JsonValueKind.Object) return placeholder == WholeInput ? Written(input) : "null";
        foreach (var segment in placeholder.Split('.'))
        {
            if (!SchemaPath.TryGet(input, segment, out input)) return "null";
        }

        return input.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? "null" : Written(input);
    }

    /// <summary>On one line, text in quotes: it can neither begin a line of its own nor pass for instructions.</summary>
    private static string Written(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable)) value.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string[] PathOf(JsonElement schema, string name) => SchemaPath.IsObject(schema) || name != WholeInput ? name.Split('.') : [];

    private static string Known(JsonElement schema) => SchemaPath.IsObject(schema)
        ? string.Join(", ", SchemaPath.Names(schema).Select(static name => $"{{{name}}}").DefaultIfEmpty("its properties, of which it names none"))
        : $"{{{WholeInput}}}";

    [GeneratedRegex(@"\{\{(?<escaped>[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*)\}\}|\{(?<name>[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
