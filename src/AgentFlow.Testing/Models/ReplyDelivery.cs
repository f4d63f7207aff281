using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>Delivers one scripted reply to one request, whole or as a stream.</summary>
internal sealed class ReplyDelivery(ScriptedReply reply, string id, string? modelId, TimeProvider time)
{
    // A stream breaks text as providers do, in and between words.
    private const int MaxChunk = 12;

    internal async Task<ChatResponse> WholeAsync(CancellationToken cancellationToken)
    {
        await WaitAsync(cancellationToken).ConfigureAwait(false);
        if (reply.Failure is { } failure)
        {
            throw failure;
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, Contents()) { MessageId = $"message-{id}" })
        {
            ResponseId = $"response-{id}",
            ModelId = modelId,
            CreatedAt = time.GetUtcNow(),
            FinishReason = reply.FinishReason,
            Usage = Usage(),
        };
    }

    internal async IAsyncEnumerable<ChatResponseUpdate> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await WaitAsync(cancellationToken).ConfigureAwait(false);
        var first = true;
        foreach (var content in Updates())
        {
            if (!first && reply.ChunkInterval > TimeSpan.Zero)
            {
                await Task.Delay(reply.ChunkInterval, time, cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            first = false;
            yield return Update([content]);
        }

        if (reply.Failure is { } failure)
        {
            throw failure;
        }

        var last = Update(Usage() is { } usage ? [new UsageContent(usage)] : []);
        last.FinishReason = reply.FinishReason;
        yield return last;
    }

    private static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var blank = text.IndexOf(' ', start);
            var end = Math.Min(blank < 0 ? text.Length : blank + 1, start + MaxChunk);
            if (end < text.Length && char.IsSurrogatePair(text[end - 1], text[end]))
            {
                end++;
            }

            yield return text[start..end];
            start = end;
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, time, cancellationToken).ConfigureAwait(false);
        }

        if (reply.Gate is { } gate)
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private List<AIContent> Contents()
    {
        var contents = new List<AIContent>();
        TextContent? open = null;
        var calls = 0;
        foreach (var part in reply.Parts)
        {
            if (part is not ReplyPart.Text text)
            {
                open = null;
                contents.Add(part.ToContent(CallId(ref calls)));
            }
            else if (open is null)
            {
                contents.Add(open = new TextContent(text.Value));
            }
            else
            {
                open.Text += text.Value;
            }
        }

        return contents;
    }

    private IEnumerable<AIContent> Updates()
    {
        var calls = 0;
        foreach (var part in reply.Parts)
        {
            if (part is ReplyPart.Text text)
            {
                foreach (var chunk in text.IsChunk ? [text.Value] : Split(text.Value))
                {
                    yield return new TextContent(chunk);
                }
            }
            else
            {
                yield return part.ToContent(CallId(ref calls));
            }
        }
    }

    private UsageDetails? Usage()
    {
        if (reply.ReportedUsage is not { } reported)
        {
            return null;
        }

        var copy = new UsageDetails();
        copy.Add(reported);
        return copy;
    }

    private string CallId(ref int calls) => $"call-{id}.{++calls}";

    private ChatResponseUpdate Update(IList<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        ResponseId = $"response-{id}",
        MessageId = $"message-{id}",
        ModelId = modelId,
        CreatedAt = time.GetUtcNow(),
    };
}
