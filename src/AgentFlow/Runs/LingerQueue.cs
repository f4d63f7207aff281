namespace AgentFlow;

/// <summary>Suspended runs that are still in memory, in the order in which they will be unloaded. One timer for all of them.</summary>
internal sealed class LingerQueue(TimeProvider time, TimeSpan linger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<(FlowRun Run, int Generation, DateTimeOffset Due)> _queue = new();
    private ITimer? _timer;

    public void Add(FlowRun run, int generation)
    {
        if (linger == TimeSpan.Zero)
        {
            run.Unload(generation);
            return;
        }

        lock (_lock)
        {
            _queue.Enqueue((run, generation, time.GetUtcNow() + linger));
            if (_queue.Count == 1) Arm();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _queue.Clear();
        }
    }

    private void Arm()
    {
        var delay = _queue.Peek().Due - time.GetUtcNow();
        if (delay < TimeSpan.Zero) delay = TimeSpan.Zero;
        if (_timer is null) _timer = time.CreateTimer(static state => ((LingerQueue)state!).UnloadDue(), this, delay, Timeout.InfiniteTimeSpan);
        else _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void UnloadDue()
    {
        var due = new List<(FlowRun Run, int Generation, DateTimeOffset Due)>();
        lock (_lock)
        {
            var now = time.GetUtcNow();
            while (_queue.Count > 0 && _queue.Peek().Due <= now) due.Add(_queue.Dequeue());
            if (_queue.Count > 0) Arm();
        }

        foreach (var (run, generation, _) in due) run.Unload(generation);
    }
}
