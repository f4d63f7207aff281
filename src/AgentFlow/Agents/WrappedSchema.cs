using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// The JSON schema of a type as services take it: an object at the root. What is no object is put into the only property of one.
/// </summary>
internal sealed class WrappedSchema
{
    private readonly string? _property;

    private WrappedSchema(JsonElement schema, JsonElement inner, string? property)
    {
        Schema = schema;
        Rule = SchemaRule.Of(inner);
        _property = property;
    }

    public JsonElement Schema { get; }

    /// <summary>The rule for the value itself.</summary>
    public SchemaRule Rule { get; }

    public static WrappedSchema Of(Type type, JsonSerializerOptions json, string property)
    {
        var schema = AIJsonUtilities.CreateJsonSchema(type, serializerOptions: json);
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("object"))
        {
            return new(schema, schema, null);
        }

        var inner = JsonNode.Parse(schema.GetRawText());
        Relocate(inner, $"#/properties/{property}");
        var wrapped = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [property] = inner },
            ["required"] = new JsonArray((JsonNode)property),
        };
        using var document = JsonDocument.Parse(wrapped.ToJsonString());
        return new(document.RootElement.Clone(), schema, property);
    }

    /// <summary>The value itself. A model that leaves the wrapping out is understood.</summary>
    public JsonElement Unwrap(JsonElement root) =>
        _property is not null && root.ValueKind == JsonValueKind.Object && root.TryGetProperty(_property, out var value) ? value : root;

    public string? Property => _property;

    /// <summary>References count from the root, which has moved up.</summary>
    private static void Relocate(JsonNode? node, string root)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Relocate(item, root);
        }

        if (node is not JsonObject schema) return;
        foreach (var (name, value) in schema.ToList())
        {
            if (name == "$ref" && value is JsonValue text && text.TryGetValue<string>(out var reference) && reference.StartsWith('#')) schema[name] = root + reference[1..];
            else Relocate(value, root);
        }
    }
}
