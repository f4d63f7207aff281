namespace AgentFlow;

/// <summary>A list that grows at its end. A snapshot costs one object: it shares what is there so far, and later items lie outside of it.</summary>
internal sealed class GrowingList<T>
{
    private T[] _items = [];

    public int Count { get; private set; }

    public T this[int index] => index < Count ? _items[index] : throw new ArgumentOutOfRangeException(nameof(index));

    public void Add(T item)
    {
        if (Count == _items.Length) Array.Resize(ref _items, Math.Max(8, Count * 2));
        _items[Count++] = item;
    }

    public IReadOnlyList<T> Snapshot() => new ArraySegment<T>(_items, 0, Count);
}
