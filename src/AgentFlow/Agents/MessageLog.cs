using System.Collections;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// A conversation that grows at its end. A snapshot costs one object: it shares the messages written so far, and later ones
/// lie outside of it.
/// </summary>
internal sealed class MessageLog
{
    private ChatMessage[] _messages = new ChatMessage[4];
    private int _count;

    public int Count => _count;

    public void Add(ChatMessage message)
    {
        if (_count == _messages.Length) Array.Resize(ref _messages, _count * 2);
        _messages[_count++] = message;
    }

    public IReadOnlyList<ChatMessage> Snapshot() => new View(_messages, _count);

    /// <summary>A copy of the messages from a place on.</summary>
    public IReadOnlyList<ChatMessage> Since(int first) => _messages[first.._count];

    private sealed class View(ChatMessage[] messages, int count) : IReadOnlyList<ChatMessage>
    {
        public int Count => count;

        public ChatMessage this[int index] => index < count ? messages[index] : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<ChatMessage> GetEnumerator()
        {
            for (var i = 0; i < count; i++) yield return messages[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
