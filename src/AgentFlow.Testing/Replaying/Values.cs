using System.Text.Json;

namespace AgentFlow.Testing;

/// <summary>Compares values of any type: by their own equality, or by what they look like when serialized.</summary>
internal static class Values
{
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
