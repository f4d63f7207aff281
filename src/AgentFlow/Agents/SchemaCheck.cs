using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>
/// What a deserializer lets pass although the schema forbids it: members that are missing and nulls where there must be a
/// value. And kinds of values, because "must be a number" says more to a model than a converter's exception. Not a validator.
/// </summary>
internal static class SchemaCheck
{
    private const int MaxDepth = 32;
    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary>The first problem in words meant for a model, or null.</summary>
    public static string? Problem(JsonElement schema, JsonElement value, JsonSerializerOptions options) =>
        Check(schema, schema, value, "$", options, 0);

    /// <summary>The same for the arguments of a tool call. A value that is no JSON was not written by a model and is not looked at.</summary>
    public static string? Problem(JsonElement schema, IReadOnlyDictionary<string, object?> arguments, JsonSerializerOptions options)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties)) return null;
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!arguments.ContainsKey(name.GetString()!)) return $"'{name}' is missing";
            }
        }

        foreach (var property in properties.EnumerateObject())
        {
            if (!arguments.TryGetValue(property.Name, out var value)) continue;
            if (value is null) value = Null;
            if (value is JsonElement element && Check(schema, property.Value, element, property.Name, options, 1) is { } problem) return problem;
        }

        return null;
    }

    private static string? Check(JsonElement root, JsonElement schema, JsonElement value, string at, JsonSerializerOptions options, int depth)
    {
        schema = Follow(root, schema);
        if (depth > MaxDepth || schema.ValueKind != JsonValueKind.Object) return null;
        if (schema.TryGetProperty("type", out var type) && !Fits(type, value, options)) return $"{at} must be {Describe(type)}, not {Name(value.ValueKind)}";
        return value.ValueKind switch
        {
            JsonValueKind.String when schema.TryGetProperty("enum", out var names) && !IsOneOf(names, value) => $"{at} must be one of {string.Join(", ", names.EnumerateArray())}",
            JsonValueKind.Object => CheckMembers(root, schema, value, at, options, depth),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) => CheckItems(root, items, value, at, options, depth),
            _ => null,
        };
    }

    private static string? CheckMembers(JsonElement root, JsonElement schema, JsonElement value, string at, JsonSerializerOptions options, int depth)
    {
        if (!schema.TryGetProperty("properties", out var properties)) return null;
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!TryFind(value, name.GetString()!, options, out _) && !AllowsNull(root, properties, name.GetString()!)) return $"{at}.{name} is missing";
            }
        }

        foreach (var property in properties.EnumerateObject())
        {
            if (!TryFind(value, property.Name, options, out var member)) continue;
            if (Check(root, property.Value, member, $"{at}.{property.Name}", options, depth + 1) is { } problem) return problem;
        }

        return null;
    }

    private static string? CheckItems(JsonElement root, JsonElement items, JsonElement value, string at, JsonSerializerOptions options, int depth)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (Check(root, items, item, string.Create(CultureInfo.InvariantCulture, $"{at}[{index++}]"), options, depth + 1) is { } problem) return problem;
        }

        return null;
    }

    private static bool TryFind(JsonElement value, string name, JsonSerializerOptions options, out JsonElement member)
    {
        if (value.TryGetProperty(name, out member)) return true;
        if (!options.PropertyNameCaseInsensitive) return false;
        foreach (var candidate in value.EnumerateObject())
        {
            if (!candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            member = candidate.Value;
            return true;
        }

        return false;
    }

    /// <summary>Leaving out a member that may be null says the same as null.</summary>
    private static bool AllowsNull(JsonElement root, JsonElement properties, string name)
    {
        if (!properties.TryGetProperty(name, out var schema)) return false;
        schema = Follow(root, schema);
        if (schema.ValueKind != JsonValueKind.Object) return true;
        return schema.TryGetProperty("type", out var type) && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(kind => kind.ValueEquals("null")) : type.ValueEquals("null"));
    }

    private static JsonElement Follow(JsonElement root, JsonElement schema)
    {
        for (var hops = 0; hops < MaxDepth && schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference); hops++)
        {
            var target = root;
            foreach (var segment in reference.GetString()!.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (target.ValueKind == JsonValueKind.Array && int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < target.GetArrayLength()) target = target[index];
                else if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out target)) return default;
            }

            schema = target;
        }

        return schema;
    }

    private static bool Fits(JsonElement type, JsonElement value, JsonSerializerOptions options) => type.ValueKind switch
    {
        JsonValueKind.Array => type.EnumerateArray().Any(kind => Fits(kind, value, options)),
        JsonValueKind.String => type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "number" or "integer" => value.ValueKind == JsonValueKind.Number || IsNumberInQuotes(value, options),
            _ => true,
        },
        _ => true,
    };

    private static bool IsOneOf(JsonElement names, JsonElement value) =>
        names.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && string.Equals(name.GetString(), value.GetString(), StringComparison.OrdinalIgnoreCase));

    private static bool IsNumberInQuotes(JsonElement value, JsonSerializerOptions options) =>
        value.ValueKind == JsonValueKind.String && (options.NumberHandling & JsonNumberHandling.AllowReadingFromString) != 0
        && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Describe(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? string.Join(" or ", type.EnumerateArray().Select(kind => kind.GetString()))
        : type.GetString()!;

    private static string Name(JsonValueKind kind) => kind is JsonValueKind.True or JsonValueKind.False ? "boolean" : kind.ToString().ToLowerInvariant();
}
