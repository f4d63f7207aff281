using System.Collections.Concurrent;

namespace AgentFlow;

/// <summary>Results that runs of one runtime share, by step and key. Bounded: past the limit the oldest expiry goes first.</summary>
internal sealed class ResultCache(TimeProvider time, int capacity)
{
    private readonly ConcurrentDictionary<(object Step, string Key), Entry> _entries = new();

    public bool TryGet<T>((object Step, string Key) key, out T value, out Label? label)
    {
        (value, label) = (default!, null);
        if (!_entries.TryGetValue(key, out var entry) || entry.Expires <= time.GetUtcNow() || entry.Value is not Holder<T> holder) return false;
        (value, label) = (holder.Value, entry.Label);
        return true;
    }

    public void Set<T>((object Step, string Key) key, T value, Label? label, TimeSpan duration)
    {
        if (_entries.Count >= capacity) Evict();
        _entries[key] = new(new Holder<T>(value), label, time.GetUtcNow() + duration);
    }

    private void Evict()
    {
        foreach (var key in _entries.OrderBy(entry => entry.Value.Expires).Take(Math.Max(1, capacity / 8)).Select(entry => entry.Key).ToList())
        {
            _entries.TryRemove(key, out _);
        }
    }

    private sealed record Entry(object Value, Label? Label, DateTimeOffset Expires);

    /// <summary>Tells a null of one type from a null of another.</summary>
    private sealed class Holder<T>(T value)
    {
        public T Value => value;
    }
}
