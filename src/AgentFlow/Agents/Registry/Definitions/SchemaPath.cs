using System.Text.Json;

namespace AgentFlow;

/// <summary>Ways through a JSON schema and through what it describes. Names are found exactly, or else in whatever case they are.</summary>
internal static class SchemaPath
{
    private const int MaxReferences = 32;

    /// <summary>The schema of a property, or null.</summary>
    public static JsonElement? Find(JsonElement schema, IEnumerable<string> path)
    {
        var at = Follow(schema, schema);
        foreach (var segment in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty("properties", out var properties) || !TryGet(properties, segment, out var property)) return null;
            at = Follow(schema, property);
        }

        return at;
    }

    /// <summary>What a reference within a schema means.</summary>
    public static JsonElement Follow(JsonElement root, JsonElement schema)
    {
        for (var i = 0; i < MaxReferences && schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String; i++)
        {
            if (!SchemaRule.TryFind(root, reference.GetString()!, out schema)) return default;
        }

        return schema;
    }

    public static bool IsObject(JsonElement schema) => KindsOf(Follow(schema, schema)).Allows(JsonValueKind.Object);

    public static bool IsScalar(JsonElement schema) => (KindsOf(schema) & (JsonKinds.Object | JsonKinds.Array)) == 0;

    /// <summary>The kinds of values that a schema allows; all when it does not say.</summary>
    public static JsonKinds KindsOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return JsonKinds.Any;
        if (schema.TryGetProperty("type", out var type)) return type.ReadKinds();
        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array) return values.EnumerateArray().Aggregate(JsonKinds.None, static (kinds, value) => kinds | value.ValueKind.Kind());
        return schema.TryGetProperty("properties", out _) ? JsonKinds.Object : JsonKinds.Any;
    }

    public static IEnumerable<string> Names(JsonElement schema)
    {
        var at = Follow(schema, schema);
        return at.ValueKind == JsonValueKind.Object && at.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object ? properties.EnumerateObject().Select(static property => property.Name) : [];
    }

    public static bool TryGet(JsonElement owner, string name, out JsonElement member)
    {
        member = default;
        if (owner.ValueKind != JsonValueKind.Object) return false;
        if (owner.TryGetProperty(name, out member)) return true;
        foreach (var candidate in owner.EnumerateObject())
        {
            if (!candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            member = candidate.Value;
            return true;
        }

        return false;
    }
}
