using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace InsuranceClaims;

/// <summary>A line per call that reaches the model, with a digest of the conversation: a call that is made twice can be seen.</summary>
internal sealed class ModelLog(IChatClient model, string path) : DelegatingChatClient(model)
{
    private readonly Lock _gate = new();

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var conversation = messages.ToList();
        Write(conversation, options);
        return base.GetResponseAsync(conversation, options, cancellationToken);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var conversation = messages.ToList();
        Write(conversation, options);
        await foreach (var update in base.GetStreamingResponseAsync(conversation, options, cancellationToken))
            yield return update;
    }

    private void Write(IEnumerable<ChatMessage> conversation, ChatOptions? options)
    {
        var text = string.Join('\n', conversation.Select(message => $"{message.Role}: {message.Text} {message.Contents.Count}"));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options?.Instructions}\n{text}")), 0, 8);
        lock (_gate)
            File.AppendAllText(path, digest + "\n");
    }
}
