using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>Sends a value through the serializer and back, so that unit tests find what a durable journal could not keep.</summary>
internal static class RoundTrip
{
    public static T Copy<T>(T value, JsonSerializerOptions options, StepPath path)
    {
        try
        {
            var type = options.GetTypeInfo(WrittenType.Of(value));
            return (T)JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type), type)!;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"The result of '{path}' ({TypeNames.Short(typeof(T))}) does not survive serialization: {exception.Message} Return a serializable type, or add a converter or source-generated context to FlowRuntimeOptions.SerializerOptions.",
                exception);
        }
    }
}
