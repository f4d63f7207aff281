using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InsuranceClaims.Offline;

/// <summary>
/// Brings an answer into the shape a JSON schema asks for: its property names, its enum values, its types, everything
/// required and nothing that is not allowed.
/// </summary>
internal static class SchemaShape
{
    public static JsonNode? Fit(JsonNode? value, JsonElement schema) => Fit(value, schema, schema);

    private static JsonNode? Fit(JsonNode? value, JsonElement schema, JsonElement root)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return value?.DeepClone();
        if (schema.TryGetProperty("$ref", out var reference))
            return Fit(value, Resolve(root, reference.GetString()!), root);
        if (schema.TryGetProperty("anyOf", out var options))
            return Fit(value, Choose(options, value), root);
        if (value is null)
            return Types(schema).Contains("null") ? null : Empty(schema, root);
        if (schema.TryGetProperty("enum", out var allowed))
            return FitEnum(value, allowed);
        return schema.TryGetProperty("properties", out var properties) ? FitObject(value, schema, properties, root)
            : schema.TryGetProperty("items", out var items) ? FitArray(value, items, root)
            : FitScalar(value, schema, root);
    }

    private static JsonObject FitObject(JsonNode value, JsonElement schema, JsonElement properties, JsonElement root)
    {
        var source = value as JsonObject ?? new JsonObject { ["value"] = value.DeepClone() };
        var fitted = new JsonObject();
        HashSet<string> required = schema.TryGetProperty("required", out var names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
        var wanted = properties.EnumerateObject().ToList();
        foreach (var property in wanted)
        {
            var found = Find(source, property.Name, out var given);
            if (!found && wanted.Count == 1 && source.Count > 0)
                (found, given) = (true, source); // A wrapper around the answer, as structured outputs need for lists and plain values.
            if (found || required.Contains(property.Name))
                fitted[property.Name] = Fit(given, property.Value, root);
        }
        return fitted;
    }

    private static JsonArray FitArray(JsonNode value, JsonElement items, JsonElement root)
    {
        var fitted = new JsonArray();
        foreach (var item in value as JsonArray ?? [value.DeepClone()])
            fitted.Add(Fit(item, items, root));
        return fitted;
    }

    private static JsonNode? FitScalar(JsonNode value, JsonElement schema, JsonElement root)
    {
        var types = Types(schema);
        if (types.Count == 0 || types.Contains(TypeOf(value)))
            return value.DeepClone();
        if (types.Contains("string"))
            return value is JsonObject { Count: > 0 } parts && parts.First().Value is JsonValue first ? first.ToString() : value.ToString();
        if (types.Contains("integer") && decimal.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var number))
            return JsonValue.Create((long)number);
        if (types.Contains("number") && decimal.TryParse(value.ToString(), CultureInfo.InvariantCulture, out number))
            return JsonValue.Create(number);
        return types.Contains("null") ? null : Empty(schema, root);
    }

    private static JsonNode? FitEnum(JsonNode value, JsonElement allowed)
    {
        var text = value.ToString();
        foreach (var option in allowed.EnumerateArray())
            if (option.ValueKind == JsonValueKind.String && string.Equals(option.GetString(), text, StringComparison.OrdinalIgnoreCase))
                return option.GetString();
        return JsonNode.Parse(allowed.EnumerateArray().First().GetRawText());
    }

    private static JsonNode? Empty(JsonElement schema, JsonElement root)
    {
        if (schema.TryGetProperty("enum", out var allowed))
            return JsonNode.Parse(allowed.EnumerateArray().First().GetRawText());
        if (schema.TryGetProperty("properties", out var properties))
            return FitObject(new JsonObject(), schema, properties, root);
        return Types(schema).FirstOrDefault() switch
        {
            "array" => new JsonArray(),
            "object" => new JsonObject(),
            "number" or "integer" => 0,
            "boolean" => false,
            "string" => "",
            _ => null,
        };
    }

    private static bool Find(JsonObject source, string name, out JsonNode? value)
    {
        foreach (var (key, candidate) in source)
            if (string.Equals(Plain(key), Plain(name), StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        value = null;
        return false;
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static HashSet<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)]
        : [type.GetString()!];

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        JsonValueKind.Null => "null",
        _ => "string",
    };

    private static JsonElement Choose(JsonElement options, JsonNode? value)
    {
        var all = options.EnumerateArray().ToList();
        return all.FirstOrDefault(option => Types(option).Contains(value is null ? "null" : TypeOf(value)), all[0]);
    }

    private static JsonElement Resolve(JsonElement root, string pointer)
    {
        var target = root;
        foreach (var part in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            target = target.TryGetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out var next) ? next : default;
        return target;
    }
}
