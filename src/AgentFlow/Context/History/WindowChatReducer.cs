using Microsoft.Extensions.AI;

namespace AgentFlow.Conversations;

/// <summary>
/// The rules of <see cref="HistoryOptions"/> as a reducer of Microsoft.Extensions.AI, for conversations outside of agents. Stateless and
/// thread-safe; reducing what was reduced changes nothing.
/// </summary>
/// <param name="tokens">How many tokens the messages may have, at least 64.</param>
/// <param name="keepLast">How many messages may stay beside those that always do; null for any number.</param>
/// <param name="counter">Counts; the estimate when not given.</param>
public sealed class WindowChatReducer(int tokens, int? keepLast = null, ITokenCounter? counter = null) : IChatReducer
{
    private readonly ITokenCounter _counter = counter ?? TokenEstimate.Default;
    private readonly int _tokens = tokens >= 64 ? tokens : throw new ArgumentOutOfRangeException(nameof(tokens), tokens, "Use 64 or more.");
    private readonly int? _keepLast = keepLast is null or >= 1 ? keepLast : throw new ArgumentOutOfRangeException(nameof(keepLast), keepLast, "Use 1 or more, or null.");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">What must stay is larger than the window.</exception>
    public Task<IEnumerable<ChatMessage>> ReduceAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> list = [.. messages];
        var compaction = new Compactor(_counter).Plan(list, [.. list.Select(_counter.CountMessage)], _tokens, _keepLast);
        if (compaction is null) return Task.FromResult<IEnumerable<ChatMessage>>(list);
        return compaction.TokensAfter <= _tokens
            ? Task.FromResult<IEnumerable<ChatMessage>>(Compactor.Apply(list, compaction))
            : throw new InvalidOperationException($"The reducer {ContextWindowExceededException.Explain(compaction.TokensAfter, _tokens)}");
    }
}
