namespace AgentFlow;

/// <summary>
/// Ended runs that can still be looked up, oldest first out: the last n whole, and of those with an id of the host's choice the
/// outcomes of many more.
/// </summary>
internal sealed class EndedRuns(int wholeCapacity, int namedCapacity)
{
    private readonly Lock _lock = new();
    private readonly Shelf _whole = new(wholeCapacity);
    private readonly Shelf _named = new(namedCapacity);

    public IReadOnlyList<FlowRun> All
    {
        get
        {
            lock (_lock) return [.. _whole.Runs.Values, .. _named.Runs.Values.Where(run => !_whole.Runs.ContainsKey(run.Id))];
        }
    }

    public FlowRun? Find(RunId id)
    {
        lock (_lock) return _whole.Runs.GetValueOrDefault(id) ?? _named.Runs.GetValueOrDefault(id);
    }

    public void Keep(FlowRun run)
    {
        lock (_lock)
        {
            _whole.Add(run);
            if (run.Options.Id is not null) _named.Add(run);
        }
    }

    /// <summary>The run's outcome is known to everybody: its journal need not be kept for its id.</summary>
    public void Compact(FlowRun run)
    {
        lock (_lock)
        {
            if (_named.Runs.GetValueOrDefault(run.Id) != run) return;
        }

        var compact = run.Compact();
        lock (_lock)
        {
            if (_named.Runs.GetValueOrDefault(run.Id) == run) _named.Runs[run.Id] = compact;
        }
    }

    private sealed class Shelf(int capacity)
    {
        private readonly Queue<RunId> _order = new();

        public Dictionary<RunId, FlowRun> Runs { get; } = [];

        public void Add(FlowRun run)
        {
            if (capacity == 0 || !Runs.TryAdd(run.Id, run)) return;
            _order.Enqueue(run.Id);
            while (_order.Count > capacity) Runs.Remove(_order.Dequeue());
        }
    }
}
