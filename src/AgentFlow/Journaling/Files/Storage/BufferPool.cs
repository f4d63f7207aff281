namespace AgentFlow.Journaling.Files;

/// <summary>
/// Buffers for appends. They are filled on many threads and given back on one, a batch at a time, which empties and overruns
/// the per-thread caches of the shared array pool. Keeps a bounded amount. Thread-safe.
/// </summary>
internal sealed class BufferPool
{
    private const int MaxKeptCapacity = 64 << 10;
    private const int MaxKeptBytes = 16 << 20;

    private readonly Lock _lock = new();
    private readonly Stack<PooledBuffer> _kept = [];
    private long _keptBytes;

    public PooledBuffer Rent()
    {
        lock (_lock)
        {
            if (_kept.TryPop(out var buffer))
            {
                _keptBytes -= buffer.Capacity;
                return buffer;
            }
        }

        return new PooledBuffer(1024);
    }

    public void Return(PooledBuffer buffer)
    {
        buffer.Clear();
        int capacity = buffer.Capacity;
        lock (_lock)
        {
            if (capacity <= MaxKeptCapacity && _keptBytes + capacity <= MaxKeptBytes)
            {
                _keptBytes += capacity;
                _kept.Push(buffer);
                return;
            }
        }

        buffer.Dispose();
    }
}
