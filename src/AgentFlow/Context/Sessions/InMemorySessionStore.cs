using System.Collections.Concurrent;

namespace AgentFlow.Conversations;

/// <summary>Sessions in this process: for tests, and where nothing need survive it. Thread-safe; keeps a session until it is deleted.</summary>
public sealed class InMemorySessionStore : ISessionStore
{
    private readonly ConcurrentDictionary<SessionKey, SessionRecord> _records = new();

    /// <inheritdoc/>
    public ValueTask<SessionRecord?> ReadAsync(SessionKey key, CancellationToken cancellationToken) => new(_records.GetValueOrDefault(key));

    /// <inheritdoc/>
    public ValueTask<bool> TryWriteAsync(SessionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Version == 1) return new(_records.TryAdd(record.Key, record));
        return new(_records.TryGetValue(record.Key, out var stored) && stored.Version == record.Version - 1 && _records.TryUpdate(record.Key, record, stored));
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        _records.TryRemove(key, out _);
        return default;
    }
}
