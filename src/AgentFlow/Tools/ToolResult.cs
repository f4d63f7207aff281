using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Values on their way between models and tools.</summary>
internal static class ToolResult
{
    /// <summary>Text as text: a string that went through the serializer would reach the model in quotes.</summary>
    public static object? ForModel(object? result) => result is JsonElement { ValueKind: JsonValueKind.String } text ? text.GetString() : result;

    /// <summary>
    /// A result as it is recorded and sent: nothing, text, content, or JSON. What a tool returned is the tool's own object, and would
    /// be another one after a restart.
    /// </summary>
    /// <exception cref="ToolResultException">It cannot be written.</exception>
    public static async ValueTask<object?> MarshalAsync(object? result, Type? type, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }: return null;
            case string or JsonElement or AIContent: return result;
            case IEnumerable<AIContent> contents: return contents.ToList();
        }

        try
        {
            // Asynchronous, because a result may be an asynchronous sequence.
            using var buffer = new MemoryStream();
            await JsonSerializer.SerializeAsync(buffer, result, json.GetTypeInfo(type ?? result.GetType()), cancellationToken).ConfigureAwait(false);
            return Parse(buffer);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new ToolResultException(result.GetType(), exception);
        }
    }

    private static JsonElement Parse(MemoryStream buffer)
    {
        var reader = new Utf8JsonReader(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return JsonElement.ParseValue(ref reader);
    }
}

/// <summary>A tool did what it was called for, and its result cannot be written.</summary>
internal sealed class ToolResultException(Type result, Exception innerException)
    : AgentFlowException($"The tool returned a {TypeNames.Short(result)}, which does not serialize: {innerException.Message} Return a serializable type, or add a converter or source-generated context to FlowRuntimeOptions.SerializerOptions.", innerException)
{
    /// <summary>Whether a failure says that the call was made and only its result is lost: written to nowhere, or too large to be recorded.</summary>
    public static bool IsLost(Exception exception) => exception is EffectFailedException failed && (failed.Is<ToolResultException>() || failed.Is<Journaling.PayloadException>());
}
