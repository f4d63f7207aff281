using System.Text.Json;

namespace AgentFlow;

/// <summary>
/// Whether what a definition says of a value and what a type is fit together: kinds, properties, names of an enumeration. A definition
/// may say less than the type; what it says must hold.
/// </summary>
internal sealed class SchemaMatch(JsonElement declaredRoot, JsonElement actualRoot, string type, bool isOutput)
{
    private const int MaxDepth = 32;
    private readonly List<(string At, string Problem)> _problems = [];

    public static IReadOnlyList<(string At, string Problem)> Problems(JsonElement declared, JsonElement actual, string type, bool isOutput)
    {
        var match = new SchemaMatch(declared, actual, type, isOutput);
        match.Compare(declared, actual, "", 0);
        return match._problems;
    }

    private void Compare(JsonElement declared, JsonElement actual, string at, int depth)
    {
        (declared, actual) = (SchemaPath.Follow(declaredRoot, declared), SchemaPath.Follow(actualRoot, actual));
        if (depth > MaxDepth || declared.ValueKind != JsonValueKind.Object || actual.ValueKind != JsonValueKind.Object) return;
        var (said, is_) = (SchemaPath.KindsOf(declared) & ~JsonKinds.Null, SchemaPath.KindsOf(actual) & ~JsonKinds.Null);
        if (said != JsonKinds.None && is_ != JsonKinds.None && (said & is_) == 0)
        {
            _problems.Add((at, $"the definition says {said.Describe()}, and {type} has {is_.Describe()} there"));
            return;
        }

        CompareNames(declared, actual, at);
        CompareMembers(declared, actual, at, depth);
        if (declared.TryGetProperty("items", out var items) && actual.TryGetProperty("items", out var actualItems)) Compare(items, actualItems, $"{at}[]", depth + 1);
    }

    private void CompareMembers(JsonElement declared, JsonElement actual, string at, int depth)
    {
        if (!actual.TryGetProperty("properties", out var has) || !declared.TryGetProperty("properties", out var says) || says.ValueKind != JsonValueKind.Object) return;
        foreach (var member in says.EnumerateObject())
        {
            if (SchemaPath.TryGet(has, member.Name, out var found)) Compare(member.Value, found, $"{at}.{member.Name}", depth + 1);
            else _problems.Add(($"{at}.{member.Name}", $"the definition has a property '{member.Name}', and {type} has none"));
        }

        if (!isOutput || !actual.TryGetProperty("required", out var required)) return;
        foreach (var name in required.EnumerateArray().Select(static name => name.GetString()!).Where(name => !SchemaPath.TryGet(says, name, out _)))
        {
            _problems.Add(($"{at}.{name}", $"{type} demands the property '{name}', and the definition has none"));
        }
    }

    /// <summary>Of an answer, every name that the definition allows must be one of the type; of an input, the other way around.</summary>
    private void CompareNames(JsonElement declared, JsonElement actual, string at)
    {
        if (!declared.TryGetProperty("enum", out var says) || !actual.TryGetProperty("enum", out var has)) return;
        var (narrow, wide) = isOutput ? (says, has) : (has, says);
        var allowed = Texts(wide);
        if (Texts(narrow).FirstOrDefault(name => !allowed.Contains(name, StringComparer.OrdinalIgnoreCase)) is not { } extra) return;
        _problems.Add((at, isOutput ? $"the definition allows '{extra}', which is no {type}" : $"{type} may be '{extra}', which the definition does not have"));
    }

    private static List<string> Texts(JsonElement names) =>
        names.ValueKind == JsonValueKind.Array ? [.. names.EnumerateArray().Where(static name => name.ValueKind == JsonValueKind.String).Select(static name => name.GetString()!)] : [];
}
