using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>
/// The part of a JSON schema that a deserializer does not enforce, read once: members that are missing, nulls where there must be
/// a value. And kinds of values, because "must be a number" says more to a model than a converter's exception. Not a validator.
/// </summary>
internal sealed class SchemaRule
{
    private static readonly SchemaRule Anything = new();
    private static readonly JsonElement Null = JsonElement.Parse("null");
    private JsonKinds _kinds = JsonKinds.Any;
    private Member[] _members = [];
    private SchemaRule? _items;
    private string[]? _names;
    private bool _isOpen = true;

    private readonly record struct Member(string Name, SchemaRule Rule, bool IsRequired);

    public static SchemaRule Of(JsonElement schema) => Read(schema, schema, []);

    /// <summary>The first problem in words meant for a model, or null.</summary>
    public string? Problem(JsonElement value, JsonSerializerOptions options) => Check(value, options) is { } problem ? $"${problem}" : null;

    /// <summary>The first argument of a tool call that does not fit. A value that is no JSON was not written by a model and is not looked at.</summary>
    public ArgumentProblem? ProblemOf(IReadOnlyDictionary<string, object?> arguments, JsonSerializerOptions options)
    {
        foreach (var member in _members)
        {
            if (!arguments.TryGetValue(member.Name, out var value))
            {
                if (member.IsRequired) return new(member.Name, $"'{member.Name}' is missing", member.Rule.Expectation);
                continue;
            }

            if ((value ?? Null) is JsonElement element && member.Rule.Check(element, options) is { } problem) return new(member.Name, member.Name + problem, member.Rule.Expectation);
        }

        return null;
    }

    /// <summary>The name of a member as the schema writes it, in whatever case it is given; null when there is none and others are not allowed.</summary>
    public string? NameOf(string given)
    {
        if (Array.Exists(_members, member => member.Name == given)) return given;
        return _members.FirstOrDefault(member => member.Name.Equals(given, StringComparison.OrdinalIgnoreCase)).Name ?? (_isOpen ? given : null);
    }

    /// <summary>What a member must be, in words.</summary>
    public string ExpectationOf(string name) => Array.Find(_members, member => member.Name == name).Rule?.Expectation ?? Anything.Expectation;

    /// <summary>The members and what they must be: <c>to: string, amount: number</c>.</summary>
    public string Signature => string.Join(", ", _members.Select(member => $"{member.Name}: {member.Rule.Expectation}"));

    private string Expectation => _names is { Length: > 0 } ? $"one of {string.Join(", ", _names)}" : _kinds == JsonKinds.Any ? "any JSON value" : _kinds.Describe();

    private static SchemaRule Read(JsonElement root, JsonElement schema, Dictionary<string, SchemaRule> referred)
    {
        if (schema.ValueKind != JsonValueKind.Object) return Anything;
        if (schema.TryGetProperty("$ref", out var reference)) return Follow(root, reference.GetString()!, referred);
        var rule = new SchemaRule();
        rule.Fill(root, schema, referred);
        return rule;
    }

    /// <summary>A type may contain itself: the rule is known before it is complete.</summary>
    private static SchemaRule Follow(JsonElement root, string pointer, Dictionary<string, SchemaRule> referred)
    {
        if (referred.TryGetValue(pointer, out var known)) return known;
        if (!TryFind(root, pointer, out var schema) || schema.ValueKind != JsonValueKind.Object) return Anything;
        var rule = referred[pointer] = new SchemaRule();
        rule.Fill(root, schema, referred);
        return rule;
    }

    /// <summary>What a local reference points at.</summary>
    internal static bool TryFind(JsonElement root, string pointer, out JsonElement target)
    {
        target = root;
        foreach (var escaped in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var segment = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind == JsonValueKind.Array && int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < target.GetArrayLength()) target = target[index];
            else if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(segment, out target)) return false;
        }

        return true;
    }

    private void Fill(JsonElement root, JsonElement schema, Dictionary<string, SchemaRule> referred)
    {
        if (schema.TryGetProperty("type", out var type)) _kinds = type.ReadKinds();
        if (schema.TryGetProperty("enum", out var names)) _names = [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)];
        if (schema.TryGetProperty("items", out var items)) _items = Read(root, items, referred);
        if (!schema.TryGetProperty("properties", out var properties)) return;
        _isOpen = schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind is JsonValueKind.True or JsonValueKind.Object;
        HashSet<string> required = schema.TryGetProperty("required", out var list) ? [.. list.EnumerateArray().Select(name => name.GetString()!)] : [];
        _members = [.. properties.EnumerateObject().Select(property => new Member(property.Name, Read(root, property.Value, referred), required.Contains(property.Name)))];
    }

    /// <summary>The path of the problem below the value, and the problem; the path grows on the way out.</summary>
    private string? Check(JsonElement value, JsonSerializerOptions options)
    {
        var kind = value.ValueKind;
        if (!_kinds.Allows(kind) && !IsNumberInQuotes(value, options)) return $" must be {_kinds.Describe()}, not {kind.Describe()}";
        if (kind == JsonValueKind.String && _names is { Length: > 0 } && !_names.Contains(value.GetString(), StringComparer.OrdinalIgnoreCase)) return $" must be one of {string.Join(", ", _names)}";
        if (kind == JsonValueKind.Object) return CheckMembers(value, options);
        return kind == JsonValueKind.Array && _items is not null ? CheckItems(_items, value, options) : null;
    }

    private string? CheckMembers(JsonElement value, JsonSerializerOptions options)
    {
        foreach (var member in _members)
        {
            if (TryFind(value, member.Name, options, out var found))
            {
                if (member.Rule.Check(found, options) is { } problem) return $".{member.Name}{problem}";
            }
            else if (member.IsRequired && !member.Rule._kinds.Allows(JsonValueKind.Null))
            {
                // Leaving out a member that may be null says the same as null.
                return $".{member.Name} is missing";
            }
        }

        return null;
    }

    private static string? CheckItems(SchemaRule items, JsonElement value, JsonSerializerOptions options)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (items.Check(item, options) is { } problem) return string.Create(CultureInfo.InvariantCulture, $"[{index}]{problem}");
            index++;
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

    private bool IsNumberInQuotes(JsonElement value, JsonSerializerOptions options) =>
        _kinds.Allows(JsonValueKind.Number) && value.ValueKind == JsonValueKind.String && (options.NumberHandling & JsonNumberHandling.AllowReadingFromString) != 0
        && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}

/// <summary>What is wrong with one argument of a tool call.</summary>
/// <param name="Argument">Its name.</param>
/// <param name="Text">The problem in words meant for a model: without the value.</param>
/// <param name="Expected">What it must be.</param>
internal readonly record struct ArgumentProblem(string Argument, string Text, string Expected);
