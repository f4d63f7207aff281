using System.Text.Json;

namespace AgentFlow;

/// <summary>When two tasks, results or messages are the same: by their own equality, and JSON by what it says.</summary>
internal static class ValueComparer<T>
{
    public static readonly IEqualityComparer<T> Default = typeof(T) == typeof(JsonElement) ? (IEqualityComparer<T>)(object)new JsonComparer() : EqualityComparer<T>.Default;
}

internal sealed class JsonComparer : IEqualityComparer<JsonElement>
{
    public bool Equals(JsonElement x, JsonElement y) =>
        x.ValueKind == JsonValueKind.Undefined || y.ValueKind == JsonValueKind.Undefined ? x.ValueKind == y.ValueKind : JsonElement.DeepEquals(x, y);

    public int GetHashCode(JsonElement obj) => (int)obj.ValueKind;
}
