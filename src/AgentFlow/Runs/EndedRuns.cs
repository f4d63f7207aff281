namespace AgentFlow;

/// <summary>Ended runs that can still be looked up: the last n, oldest first out.</summary>
internal sealed class EndedRuns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RunId, FlowRun> _runs = [];
    private readonly Queue<RunId> _anonymous = new();
    private readonly Queue<RunId> _named = new();

    public IReadOnlyList<FlowRun> All
    {
        get
        {
            lock (_lock) return [.. _runs.Values];
        }
    }

    public FlowRun? Find(RunId id)
    {
        lock (_lock) return _runs.GetValueOrDefault(id);
    }

    public void Keep(FlowRun run, int capacity)
    {
        var queue = run.Options.Id is null ? _anonymous : _named;
        lock (_lock)
        {
            if (!_runs.TryAdd(run.Id, run)) return;
            queue.Enqueue(run.Id);
            while (queue.Count > capacity) _runs.Remove(queue.Dequeue());
        }
    }
}
