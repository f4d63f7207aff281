namespace AgentFlow.Agents;

/// <summary>Keeps the changes of a registry as long as the process lives. Thread-safe.</summary>
public sealed class InMemoryAgentStore : IAgentStore
{
    private readonly Lock _lock = new();
    private readonly List<AgentChange> _changes = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AgentChange>> ReadAsync(int after, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(after >= _changes.Count ? [] : _changes[after..]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryAppendAsync(AgentChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (change.Sequence <= _changes.Count) return new(false);
            if (change.Sequence != _changes.Count + 1) throw new AgentStoreException($"change {change.Sequence}", $"it would follow change {_changes.Count}");
            _changes.Add(change);
            return new(true);
        }
    }
}
