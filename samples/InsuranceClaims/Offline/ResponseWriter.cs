using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

/// <summary>Turns a reply into a chat response: ids, usage, finish reason, the requested shape.</summary>
internal static class ResponseWriter
{
    private const int CharactersPerToken = 4;

    public static ChatResponse Write(Conversation conversation, Reply reply)
    {
        var contents = new List<AIContent>();
        var finish = ChatFinishReason.Stop;
        var written = 0;
        // The same conversation gets the same ids: a replayed test compares equal.
        var id = Digest(conversation.Instructions + conversation.UserText + conversation.Exchanges.Count);
        if (reply.Calls.Count > 0)
        {
            finish = ChatFinishReason.ToolCalls;
            foreach (var (tool, arguments) in reply.Calls)
            {
                contents.Add(new FunctionCallContent($"call_{id}_{contents.Count}", tool.Name, arguments));
                written += tool.Name.Length + arguments.Sum(argument => argument.Key.Length + (argument.Value?.ToString()?.Length ?? 4));
            }
        }
        else
        {
            var text = ToText(conversation, reply);
            if (conversation.Options.MaxOutputTokens is { } most && text.Length > most * CharactersPerToken)
            {
                text = text[..(most * CharactersPerToken)];
                finish = ChatFinishReason.Length;
            }
            contents.Add(new TextContent(text));
            written = text.Length;
        }
        var usage = new UsageDetails { InputTokenCount = Tokens(conversation.CharacterCount), OutputTokenCount = Tokens(written) };
        usage.TotalTokenCount = usage.InputTokenCount + usage.OutputTokenCount;
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = "msg_" + id })
        {
            ResponseId = "resp_" + id,
            ModelId = conversation.Options.ModelId ?? RuleBasedChatClient.ModelId,
            FinishReason = finish,
            Usage = usage,
        };
    }

    private static string ToText(Conversation conversation, Reply reply)
    {
        if (!conversation.WantsJson)
            return reply.Text ?? reply.Data!.ToJsonString(ClaimsJson.Options);
        var data = reply.Data ?? new JsonObject { ["text"] = reply.Text };
        return (conversation.Schema is { } schema ? SchemaShape.Fit(data, schema) ?? data : data).ToJsonString(ClaimsJson.Options);
    }

    private static int Tokens(int characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0, 6);
}
