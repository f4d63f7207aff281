using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentFlow;

/// <summary>
/// Checks a value against the part of JSON schema that <see cref="DefinitionSchema"/> is written in, so that what editors
/// complain about and what the loader refuses are the same.
/// </summary>
internal sealed class SchemaCheck(JsonElement schema, Action<string, string, string> report)
{
    public void Run(JsonElement value) => Check(schema, value, "$", null);

    private void Check(JsonElement rule, JsonElement value, string place, string? description)
    {
        description = rule.TryGetProperty("description", out var own) ? own.GetString() : description;
        if (rule.TryGetProperty("$ref", out var reference)) rule = Find(reference.GetString()!);
        var cure = description is null ? "see the schema" : $"it is: {description.TrimEnd('.')}";
        if (rule.TryGetProperty("type", out var type) && !Fits(type, value))
        {
            var isInteger = type.ValueKind == JsonValueKind.String && type.ValueEquals("integer");
            var found = isInteger && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : value.ValueKind.Describe();
            report(place, $"must be {(isInteger ? "a whole number" : type.ReadKinds().Describe())}, not {found}", cure);
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object: CheckObject(rule, value, place); break;
            case JsonValueKind.Array: CheckArray(rule, value, place, cure); break;
            case JsonValueKind.String: CheckText(rule, value, place, cure); break;
            case JsonValueKind.Number: CheckNumber(rule, value, place, cure); break;
        }
    }

    private static bool Fits(JsonElement type, JsonElement value)
    {
        if (!type.ReadKinds().Allows(value.ValueKind)) return false;
        return value.ValueKind != JsonValueKind.Number || type.ValueKind != JsonValueKind.String || !type.ValueEquals("integer") || value.TryGetInt64(out _);
    }

    private JsonElement Find(string pointer) =>
        pointer.Split('/').Skip(1).Aggregate(schema, static (element, segment) => element.GetProperty(segment));

    private void CheckObject(JsonElement rule, JsonElement value, string place)
    {
        if (rule.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(static name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)))
            {
                report(place, $"'{name}' is missing", $"add \"{name}\"");
            }
        }

        if (!rule.TryGetProperty("properties", out var properties)) return;
        var isClosed = rule.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.False;
        foreach (var member in value.EnumerateObject())
        {
            if (properties.TryGetProperty(member.Name, out var inner)) Check(inner, member.Value, $"{place}.{member.Name}", null);
            else if (isClosed) report($"{place}.{member.Name}", $"there is no property '{member.Name}'", $"use one of {string.Join(", ", properties.EnumerateObject().Select(static known => known.Name))}");
        }
    }

    private void CheckArray(JsonElement rule, JsonElement value, string place, string cure)
    {
        var length = value.GetArrayLength();
        if (Number(rule, "minItems") is { } least && length < least) report(place, "is empty", cure);
        if (Number(rule, "maxItems") is { } most && length > most) report(place, $"has {length} items", string.Create(CultureInfo.InvariantCulture, $"use at most {most}"));
        if (!rule.TryGetProperty("items", out var items)) return;
        var isUnique = rule.TryGetProperty("uniqueItems", out var unique) && unique.GetBoolean();
        var met = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{place}[{index++}]");
            Check(items, item, at, null);
            if (isUnique && !met.Add(item.GetRawText())) report(at, $"{item.GetRawText()} is there twice", "remove one of them");
        }
    }

    private void CheckText(JsonElement rule, JsonElement value, string place, string cure)
    {
        if (TextOf(value) is not { } text)
        {
            report(place, "has half of a character pair", "write the whole character");
            return;
        }

        if (Number(rule, "minLength") is { } least && text.Length < least) report(place, "is empty", cure);
        if (Number(rule, "maxLength") is { } most && text.Length > most) report(place, $"has {text.Length} characters", string.Create(CultureInfo.InvariantCulture, $"use at most {most}"));
        if (rule.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))) report(place, $"'{Short(text)}' has a character that it must not have", cure);
    }

    private void CheckNumber(JsonElement rule, JsonElement value, string place, string cure)
    {
        var number = value.GetDouble();
        if (Number(rule, "minimum") > number || Number(rule, "maximum") < number) report(place, $"is {value.GetRawText()}", cure);
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Short(string text) => text.Length <= 200 ? text : $"{text.AsSpan(0, 200)}…";

    private static double? Number(JsonElement rule, string name) => rule.TryGetProperty(name, out var value) ? value.GetDouble() : null;
}
