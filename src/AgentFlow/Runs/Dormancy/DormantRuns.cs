using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AgentFlow.Journaling;
using AgentFlow.Scheduling;

namespace AgentFlow;

/// <summary>
/// The suspended runs of a durable journal that are not in memory, and one timer for all of their dates. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="dispatcher">Where dates that are past are looked after.</param>
/// <param name="wake">Called for a run whose date has come; it is still in the table.</param>
internal sealed class DormantRuns(TimeProvider time, WorkDispatcher dispatcher, Action<RunId> wake) : IDisposable
{
    private const int MaxShared = 10_000;
    private const int FirstSweep = 1_000;
    private readonly ConcurrentDictionary<RunId, DormantRun> _runs = new();

    /// <summary>Runs of one flow wait at the same places: each place and name is kept once, unless there are too many of them.</summary>
    private readonly ConcurrentDictionary<object, object> _shared = new();
    private readonly Lock _lock = new();

    /// <summary>Dates of runs that were woken earlier stay for a while, and find nothing when they come.</summary>
    private readonly PriorityQueue<RunId, DateTimeOffset> _dates = new();
    private int _sweepAt = FirstSweep;
    private DateTimer? _timer;
    private DateTimeOffset _armed = DateTimeOffset.MaxValue;
    private bool _disposed;

    public int Count => _runs.Count;

    /// <summary>How many dates are kept, those that are of no use any more included.</summary>
    public int Dates
    {
        get
        {
            lock (_lock) return _dates.Count;
        }
    }

    /// <summary>All of them, without a copy; runs that come or go meanwhile may be missing.</summary>
    public IEnumerable<DormantRun> All => _runs.Select(static pair => pair.Value);

    public void Add(DormantRun run)
    {
        _runs[run.Id] = run with { FlowName = Shared(run.FlowName), Waits = (PendingWait[])[.. run.Waits.Select(Shared)] };
        if (run.Due is not { } due) return;
        lock (_lock)
        {
            _dates.Enqueue(run.Id, due);
            if (_dates.Count >= _sweepAt) Sweep();
            Arm();
        }
    }

    /// <summary>A run that could not be woken when its date came is tried again.</summary>
    public void WakeAgain(RunId id, DateTimeOffset at)
    {
        lock (_lock)
        {
            _dates.Enqueue(id, at);
            Arm();
        }
    }

    public bool TryGet(RunId id, [NotNullWhen(true)] out DormantRun? run) => _runs.TryGetValue(id, out run);

    public bool TryRemove(RunId id, [NotNullWhen(true)] out DormantRun? run) => _runs.TryRemove(id, out run);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private PendingWait Shared(PendingWait wait) =>
        wait with { Path = Shared(wait.Path), Name = wait.Name is null ? null : Shared(wait.Name), Role = wait.Role is null ? null : Shared(wait.Role) };

    private T Shared<T>(T value)
        where T : class => _shared.TryGetValue(value, out var shared) ? (T)shared : _shared.Count < MaxShared ? (T)_shared.GetOrAdd(value, value) : value;

    /// <summary>A run that is woken again and again while its date is far away leaves a date each time: those go before they are more than the others.</summary>
    private void Sweep()
    {
        _dates.Clear();
        foreach (var (id, run) in _runs)
        {
            if (run.Due is { } due) _dates.Enqueue(id, due);
        }

        _sweepAt = Math.Max(FirstSweep, 2 * _dates.Count);
    }

    private void Arm()
    {
        if (_disposed || _dates.Count == 0 || !_dates.TryPeek(out _, out var first) || first >= _armed) return;
        _timer?.Dispose();
        _armed = first;
        _timer = DateTimer.Start(time, dispatcher, first, this, static state => ((DormantRuns)state).OnDate());
    }

    private void OnDate()
    {
        var due = new List<RunId>();
        lock (_lock)
        {
            _armed = DateTimeOffset.MaxValue;
            var now = time.GetUtcNow();
            while (_dates.TryPeek(out var id, out var date) && date <= now)
            {
                _dates.Dequeue();
                due.Add(id);
            }

            Arm();
        }

        foreach (var id in due)
        {
            if (_runs.ContainsKey(id)) wake(id);
        }
    }
}
