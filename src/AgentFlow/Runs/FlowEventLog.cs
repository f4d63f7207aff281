using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>
/// The events of one run in the order they were published. Bounded: a reader that is too slow or too late finds an
/// <see cref="EventsDropped"/> where events are missing. Any number of readers; thread-safe.
/// </summary>
public sealed class FlowEventLog : IAsyncEnumerable<FlowEvent>
{
    private readonly Lock _lock = new();
    private readonly StepPath _root;
    private readonly int _capacity;
    private FlowEvent[]? _ring;
    private long _published;
    private bool _completed;
    private TaskCompletionSource? _changed;

    internal static readonly FlowEventLog Disabled = new();

    internal FlowEventLog(StepPath root, int capacity)
    {
        _root = root;
        _capacity = capacity;
        IsEnabled = true;
    }

    private FlowEventLog()
    {
        _root = StepPath.Root("none");
        _completed = true;
    }

    /// <summary>Whether anybody can read: runs without a handle publish nothing.</summary>
    internal bool IsEnabled { get; }

    /// <summary>Whether a reader waits for the next event.</summary>
    internal bool IsAwaited
    {
        get
        {
            lock (_lock) return _changed is not null;
        }
    }

    internal void Publish(FlowEvent observed)
    {
        if (!IsEnabled) return;
        TaskCompletionSource? changed;
        lock (_lock)
        {
            if (_completed) return;
            Store(observed);
            changed = _changed;
            _changed = null;
        }

        changed?.SetResult();
    }

    internal void Complete()
    {
        if (!IsEnabled) return;
        TaskCompletionSource? changed;
        lock (_lock)
        {
            _completed = true;
            changed = _changed;
            _changed = null;
        }

        changed?.SetResult();
    }

    /// <summary>Reads from the oldest event still kept until the run has ended.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerator<FlowEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var batch = new List<FlowEvent>();
        long position = 0;
        while (true)
        {
            var wait = Read(batch, ref position);
            foreach (var observed in batch) yield return observed;
            batch.Clear();
            if (wait is null) yield break;
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Grows by doubling up to the capacity, then overwrites the oldest.</summary>
    private void Store(FlowEvent observed)
    {
        _ring ??= new FlowEvent[Math.Min(16, _capacity)];
        if (_published == _ring.Length && _ring.Length < _capacity) Array.Resize(ref _ring, Math.Min(_ring.Length * 2, _capacity));
        _ring[_published % _ring.Length] = observed;
        _published++;
    }

    /// <summary>Takes everything behind the position; returns what to wait for, or null at the end.</summary>
    private Task? Read(List<FlowEvent> batch, ref long position)
    {
        lock (_lock)
        {
            if (_ring is not null)
            {
                var oldest = Math.Max(0, _published - _ring.Length);
                if (position < oldest)
                {
                    batch.Add(new EventsDropped(_root, oldest - position));
                    position = oldest;
                }

                for (; position < _published; position++) batch.Add(_ring[position % _ring.Length]);
            }

            if (batch.Count > 0) return Task.CompletedTask;
            if (_completed) return null;
            return (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
