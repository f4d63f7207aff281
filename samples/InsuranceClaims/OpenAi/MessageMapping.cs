using System.Text.Json;
using Microsoft.Extensions.AI;
using Wire = OpenAI.Chat;

namespace InsuranceClaims.OpenAi;

/// <summary>Messages on their way to the endpoint.</summary>
internal static class MessageMapping
{
    public static List<Wire.ChatMessage> ToWire(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var wire = new List<Wire.ChatMessage>();
        if (!string.IsNullOrWhiteSpace(options?.Instructions))
            wire.Add(new Wire.SystemChatMessage(options.Instructions));
        foreach (var message in messages)
            Add(wire, message);
        return wire;
    }

    private static void Add(List<Wire.ChatMessage> wire, ChatMessage message)
    {
        if (message.Role == ChatRole.System)
            wire.Add(new Wire.SystemChatMessage(message.Text));
        else if (message.Role == ChatRole.Assistant)
            wire.Add(Assistant(message));
        else if (message.Role == ChatRole.Tool)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
                wire.Add(new Wire.ToolChatMessage(result.CallId, ToolResultText.Of(result)));
        }
        else
            wire.Add(new Wire.UserChatMessage(UserText(message)));
    }

    private static Wire.AssistantChatMessage Assistant(ChatMessage message)
    {
        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(call => Wire.ChatToolCall.CreateFunctionToolCall(call.CallId, call.Name, Arguments(call))).ToList();
        if (calls.Count == 0)
            return new(message.Text);
        var assistant = new Wire.AssistantChatMessage(calls);
        if (message.Text.Length > 0)
            assistant.Content.Add(Wire.ChatMessageContentPart.CreateTextPart(message.Text));
        return assistant;
    }

    private static BinaryData Arguments(FunctionCallContent call) =>
        new(JsonSerializer.SerializeToUtf8Bytes(call.Arguments ?? new Dictionary<string, object?>(), WireJson.Options));

    private static string UserText(ChatMessage message)
    {
        foreach (var content in message.Contents)
            if (content is not TextContent)
                throw new NotSupportedException($"A message holds {content.GetType().Name}; this adapter sends text only.");
        return message.Text;
    }
}
