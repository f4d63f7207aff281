using System.Text.Json;

namespace AgentFlow.Testing;

/// <summary>Counts the leaves that two JSON values have in common.</summary>
internal sealed class FieldComparison(IReadOnlyList<string> fields)
{
    private readonly List<string> _different = [];
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);
    private int _leaves;

    /// <exception cref="InvalidOperationException">A field is in neither of them.</exception>
    public Score Compare(JsonElement expected, JsonElement actual)
    {
        Walk("", expected, actual);
        if (fields.Where(field => !_met.Contains(field)).ToList() is { Count: > 0 } unknown) throw new InvalidOperationException($"Neither the expected value nor the output has the field {PlainText.List(unknown)}.");
        return _different.Count == 0 ? Score.Pass() : new((double)(_leaves - _different.Count) / _leaves, $"different: {string.Join("; ", _different.Take(10))}{(_different.Count > 10 ? $" and {_different.Count - 10} more" : "")}");
    }

    private void Walk(string path, JsonElement? expected, JsonElement? actual)
    {
        var kind = (expected ?? actual)!.Value.ValueKind;
        if (kind is JsonValueKind.Object && (expected is null || actual is null || actual.Value.ValueKind == kind))
        {
            var names = Names(expected).Union(Names(actual), StringComparer.Ordinal).ToList();
            foreach (var name in names) Walk(path.Length == 0 ? name : $"{path}.{name}", Field(expected, name), Field(actual, name));
            if (names.Count > 0) return;
        }
        else if (kind is JsonValueKind.Array && (expected is null || actual is null || actual.Value.ValueKind == kind))
        {
            var (first, second) = (expected?.GetArrayLength() ?? 0, actual?.GetArrayLength() ?? 0);
            for (var i = 0; i < Math.Max(first, second); i++) Walk(path.Length == 0 ? $"{i}" : $"{path}.{i}", i < first ? expected!.Value[i] : null, i < second ? actual!.Value[i] : null);
            if (first + second > 0) return;
        }

        Leaf(path, expected, actual);
    }

    private void Leaf(string path, JsonElement? expected, JsonElement? actual)
    {
        if (!IsMeant(path)) return;
        _leaves++;
        if (expected is { } one && actual is { } other && JsonElement.DeepEquals(one, other)) return;
        _different.Add($"{(path.Length == 0 ? "the value" : PlainText.Line(path, 60))} is {Text(actual)} instead of {Text(expected)}");
    }

    private bool IsMeant(string path)
    {
        if (fields.Count == 0) return true;
        var field = fields.FirstOrDefault(field => path == field || path.StartsWith(field, StringComparison.Ordinal) && path[field.Length] == '.');
        if (field is not null) _met.Add(field);
        return field is not null;
    }

    private static IEnumerable<string> Names(JsonElement? element) => element?.EnumerateObject().Select(static property => property.Name) ?? [];

    private static JsonElement? Field(JsonElement? element, string name) => element is { } json && json.TryGetProperty(name, out var value) ? value : null;

    private static string Text(JsonElement? element) => element is { } json ? PlainText.Line(json.GetRawText(), 60) : "missing";
}
