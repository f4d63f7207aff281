using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// What makes two model calls the same: everything that the model is sent, where it is sent, and for whom. Null for a call that nobody can
/// compare: one that depends on state of the service or on the host's own code, or that has no JSON.
/// </summary>
internal static class ModelCacheKey
{
    private const string Version = "agentflow-model-1";

    public static string? Of(ModelRequest request, ResolvedModel model, Principal principal, ModelCacheScope scope, JsonSerializerOptions json)
    {
        var metadata = model.Client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
        if (model.Name is null && metadata?.DefaultModelId is null && request.Options.ModelId is null) return null;
        if (request.Options.ConversationId is not null || request.Options.RawRepresentationFactory is not null) return null;
        var buffer = new ArrayBufferWriter<byte>(1024);
        try
        {
            using var writer = new Utf8JsonWriter(buffer);
            writer.WriteStartArray();
            foreach (var part in (string?[])[Version, model.Name, metadata?.ProviderName, metadata?.ProviderUri?.ToString(), metadata?.DefaultModelId]) writer.WriteStringValue(part);
            WriteOwner(writer, principal, scope);
            WriteMessages(writer, request.Messages, json);
            JsonSerializer.Serialize(writer, request.Options, json.GetTypeInfo(typeof(ChatOptions)));
            WriteTools(writer, request.Options.Tools);
            writer.WriteEndArray();
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void WriteOwner(Utf8JsonWriter writer, Principal principal, ModelCacheScope scope)
    {
        var isNarrow = scope == ModelCacheScope.Principal || principal.Tenant is null;
        writer.WriteStartArray();
        foreach (var part in (string?[])[principal.Tenant, isNarrow ? principal.Project : null, isNarrow ? principal.User : null]) writer.WriteStringValue(part);
        writer.WriteBooleanValue(isNarrow);
        writer.WriteEndArray();
    }

    /// <summary>Without ids and dates of messages, which say nothing to a model.</summary>
    private static void WriteMessages(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, JsonSerializerOptions json)
    {
        var type = json.GetTypeInfo(typeof(AIContent));
        writer.WriteStartArray();
        foreach (var message in messages)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(message.Role.Value);
            writer.WriteStringValue(message.AuthorName);
            foreach (var content in message.Contents) JsonSerializer.Serialize(writer, content, type);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteTools(Utf8JsonWriter writer, IList<AITool>? tools)
    {
        writer.WriteStartArray();
        foreach (var tool in tools ?? [])
        {
            writer.WriteStringValue(tool.Name);
            writer.WriteStringValue(tool.Description);
            if (tool is AIFunctionDeclaration function) function.JsonSchema.WriteTo(writer);
        }

        writer.WriteEndArray();
    }
}
