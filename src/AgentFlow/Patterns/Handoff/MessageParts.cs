using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Conversations without some of their parts.</summary>
internal static class MessageParts
{
    /// <summary>The message without some contents; null when nothing is left of it.</summary>
    public static ChatMessage? Without(ChatMessage message, Func<AIContent, bool> drop)
    {
        if (!message.Contents.Any(drop)) return message;
        List<AIContent> kept = [.. message.Contents.Where(content => !drop(content))];
        return kept.Count == 0 ? null : new(message.Role, kept) { AuthorName = message.AuthorName };
    }

    /// <summary>Without results that nobody has called for, and calls that have no result.</summary>
    public static IEnumerable<ChatMessage> WithoutOrphans(IEnumerable<ChatMessage> messages)
    {
        var all = messages.ToList();
        var calls = all.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ToHashSet();
        var results = all.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId).ToHashSet();
        return all.Select(message => Without(message, content => content switch
        {
            FunctionCallContent call => !results.Contains(call.CallId),
            FunctionResultContent result => !calls.Contains(result.CallId),
            _ => false,
        })).OfType<ChatMessage>();
    }

    /// <summary>What a tool has answered, the same before and after a restart.</summary>
    public static string TextOf(FunctionResultContent result) => result.Result switch
    {
        null => "null",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement json => json.GetRawText(),
        _ => "(content)",
    };

    /// <summary>A conversation as text for whoever sums it up.</summary>
    public static string Transcript(IEnumerable<ChatMessage> messages)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            foreach (var content in message.Contents)
            {
                var said = content switch
                {
                    FunctionCallContent call => $"(calls {call.Name})",
                    FunctionResultContent result => TextOf(result),
                    TextContent words => words.Text,
                    _ => "(content)",
                };
                text.Append(message.AuthorName ?? message.Role.Value).Append(": ").Append(said).Append('\n');
            }
        }

        return text.ToString();
    }
}
