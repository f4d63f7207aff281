using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

/// <summary>Cuts a response into the updates a streaming endpoint would send.</summary>
internal static class ResponseChunks
{
    private const int ChunkLength = 24;

    public static IEnumerable<ChatResponseUpdate> Of(ChatResponse response)
    {
        var message = response.Messages[0];
        foreach (var content in message.Contents)
        {
            if (content is not TextContent { Text: var text })
            {
                yield return Update(response, content);
                continue;
            }
            for (var start = 0; start < text.Length;)
            {
                var end = End(text, start);
                yield return Update(response, new TextContent(text[start..end]));
                start = end;
            }
        }
        var last = Update(response, new UsageContent(response.Usage!));
        last.FinishReason = response.FinishReason;
        yield return last;
    }

    // A surrogate pair stays together: each delta is valid text on its own.
    private static int End(string text, int start)
    {
        var end = Math.Min(text.Length, start + ChunkLength);
        return end < text.Length && char.IsLowSurrogate(text[end]) ? end - 1 : end;
    }

    private static ChatResponseUpdate Update(ChatResponse response, AIContent content) => new(ChatRole.Assistant, [content])
    {
        ResponseId = response.ResponseId,
        MessageId = response.Messages[0].MessageId,
        ModelId = response.ModelId,
    };
}
