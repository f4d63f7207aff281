using System.Collections.Concurrent;

namespace AgentFlow;

/// <summary>Results that runs of one runtime share, by step and key. Bounded: past the limit the oldest expiry goes first.</summary>
internal sealed class ResultCache(TimeProvider time, int capacity)
{
    private readonly ConcurrentDictionary<string, (object? Value, DateTimeOffset Expires)> _entries = new(StringComparer.Ordinal);

    public bool TryGet<T>(string key, out T value)
    {
        value = default!;
        if (!_entries.TryGetValue(key, out var entry) || entry.Expires <= time.GetUtcNow()) return false;
        value = (T)entry.Value!;
        return true;
    }

    public void Set<T>(string key, T value, TimeSpan duration)
    {
        if (_entries.Count >= capacity) Evict();
        _entries[key] = (value, time.GetUtcNow() + duration);
    }

    private void Evict()
    {
        foreach (var key in _entries.OrderBy(entry => entry.Value.Expires).Take(Math.Max(1, capacity / 8)).Select(entry => entry.Key).ToList())
        {
            _entries.TryRemove(key, out _);
        }
    }
}
