using System.Text.Json;

namespace AgentFlow;

/// <summary>The kinds of JSON values that a schema allows.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Number = 4,
    String = 8,
    Array = 16,
    Object = 32,
    Any = 63,
}

internal static class JsonKindsReading
{
    /// <summary>The value of a schema's <c>type</c>: a name or a list of names. What is not known is allowed.</summary>
    public static JsonKinds ReadKinds(this JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.Array => type.EnumerateArray().Aggregate(JsonKinds.None, (kinds, one) => kinds | one.ReadKinds()),
        JsonValueKind.String => type.GetString() switch
        {
            "null" => JsonKinds.Null,
            "boolean" => JsonKinds.Boolean,
            "number" or "integer" => JsonKinds.Number,
            "string" => JsonKinds.String,
            "array" => JsonKinds.Array,
            "object" => JsonKinds.Object,
            _ => JsonKinds.Any,
        },
        _ => JsonKinds.Any,
    };

    public static bool Allows(this JsonKinds kinds, JsonValueKind kind) => (kinds & kind.Kind()) != 0;

    public static string Describe(this JsonKinds kinds) =>
        string.Join(" or ", Enum.GetValues<JsonKinds>().Where(kind => int.IsPow2((int)kind) && (kinds & kind) != 0).Select(kind => kind.ToString().ToLowerInvariant()));

    public static string Describe(this JsonValueKind kind) => kind.Kind().Describe();

    public static JsonKinds Kind(this JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => JsonKinds.Object,
        JsonValueKind.Array => JsonKinds.Array,
        JsonValueKind.String => JsonKinds.String,
        JsonValueKind.Number => JsonKinds.Number,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        _ => JsonKinds.Null,
    };
}
