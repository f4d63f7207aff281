using System.Collections.Concurrent;

namespace AgentFlow;

/// <summary>Whose result it is, of which step, for which key.</summary>
internal readonly record struct ResultKey(object Step, string? Tenant, string? Project, string? User, string Key)
{
    /// <summary>The key among the runs of the principal's tenant; without one, of its user and project.</summary>
    public static ResultKey For(Principal principal, object step, string key) => principal.Tenant is { } tenant
        ? new(step, tenant, null, null, key)
        : new(step, null, principal.Project, principal.User, key);

    /// <summary>The key among all runs.</summary>
    public static ResultKey Shared(object step, string key) => new(step, null, null, null, key);
}

/// <summary>Results that runs of one runtime share, by step and key. Bounded: past the limit the oldest expiry goes first.</summary>
internal sealed class ResultCache(TimeProvider time, int capacity)
{
    private readonly ConcurrentDictionary<ResultKey, Entry> _entries = new();

    public bool TryGet<T>(ResultKey key, out T value, out Label? label)
    {
        (value, label) = (default!, null);
        if (!_entries.TryGetValue(key, out var entry) || entry.Expires <= time.GetUtcNow() || entry.Value is not Holder<T> holder) return false;
        (value, label) = (holder.Value, entry.Label);
        return true;
    }

    public void Set<T>(ResultKey key, T value, Label? label, TimeSpan duration)
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
