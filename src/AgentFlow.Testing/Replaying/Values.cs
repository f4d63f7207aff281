using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>Compares values of any type: by their own equality, or by what they look like when serialized.</summary>
internal static class Values
{
    /// <summary>Whether a journal would keep the same value of both.</summary>
    internal static bool AreSameJson(JournalEntry one, JournalEntry other, JsonSerializerOptions options)
    {
        using var first = JsonDocument.Parse(EntryEncoder.Encode(one, options).Body);
        using var second = JsonDocument.Parse(EntryEncoder.Encode(other, options).Body);
        return JsonElement.DeepEquals(first.RootElement.GetProperty("value"), second.RootElement.GetProperty("value"));
    }

    internal static bool AreSame(object? one, object? other, JsonSerializerOptions options)
    {
        if (Equals(one, other)) return true;
        if (one is null || other is null || one.GetType() != other.GetType()) return false;
        try
        {
            var type = options.GetTypeInfo(one.GetType());
            return JsonSerializer.Serialize(one, type) == JsonSerializer.Serialize(other, type);
        }
        catch (NotSupportedException)
        {
            // Neither equality nor a text: nothing says that they are the same.
            return false;
        }
    }
}
