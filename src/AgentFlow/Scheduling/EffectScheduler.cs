using System.Collections.Frozen;

namespace AgentFlow.Scheduling;

/// <summary>
/// Gives effects their slots: first the lane's, then the global one, always in that order and never two lanes, so that
/// whoever holds a global slot waits for nothing and no cycle can form. A lane's slot stays held while the effect waits
/// for the global one. Thread-safe.
/// </summary>
internal sealed class EffectScheduler
{
    private readonly FrozenDictionary<string, Lane> _lanes;
    private readonly Lane? _global;
    private readonly WorkDispatcher _dispatcher;

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    public EffectScheduler(SchedulerOptions options, WorkDispatcher dispatcher, TimeProvider? time = null)
    {
        options.Validate();
        _dispatcher = dispatcher;
        _global = options.MaxConcurrentEffects is { } limit ? new Lane("(all effects)", limit) : null;
        _lanes = options.Lanes.ToFrozenDictionary(
            lane => lane.Key,
            lane => lane.Value.IsRated ? new RatedLane(lane.Key, lane.Value, options.RetryAfter, time ?? TimeProvider.System) : new Lane(lane.Key, lane.Value.MaxConcurrent),
            StringComparer.Ordinal);
    }

    public bool HasGlobalLimit => _global is not null;

    /// <summary>Effects that wait for a slot, in all lanes.</summary>
    public int Waiting => _lanes.Values.Sum(static lane => lane.Waiting) + (_global?.Waiting ?? 0);

    /// <summary>Null when no such lane was configured.</summary>
    public Lane? FindLane(string name) => _lanes.GetValueOrDefault(name);

    public RunQueue CreateRunQueue(RunPriority priority) => new(priority, _global, _dispatcher);

    /// <summary>
    /// Completed synchronously and without allocation when the slots are free. A task that ends canceled holds no slot;
    /// any other result is released exactly once.
    /// </summary>
    /// <param name="lane">The lane, if any.</param>
    /// <param name="queue">The run's lines.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="tokens">About how many tokens the effect takes, for lanes that count them.</param>
    public ValueTask<Slot> AcquireAsync(Lane? lane, RunQueue queue, CancellationToken cancellationToken, long tokens = 0)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Slot>(cancellationToken);
        }

        if (lane is RatedLane rated)
        {
            return AcquireAsync(rated, queue, tokens, cancellationToken);
        }

        if (lane is not null && !lane.TryEnter())
        {
            return new SlotWaiter(lane, queue).AcquireAsync(lane, cancellationToken);
        }

        if (_global is not null && !_global.TryEnter())
        {
            return new SlotWaiter(lane, queue).AcquireAsync(_global, cancellationToken);
        }

        return new ValueTask<Slot>(new Slot(lane, _global));
    }

    private ValueTask<Slot> AcquireAsync(RatedLane lane, RunQueue queue, long tokens, CancellationToken cancellationToken)
    {
        if (lane.TryCharge(tokens) is not { } charge)
        {
            return new SlotWaiter(lane, queue, tokens).AcquireAsync(lane, cancellationToken);
        }

        return _global is null || _global.TryEnter()
            ? new ValueTask<Slot>(new Slot(lane, _global, charge))
            : new SlotWaiter(lane, queue, tokens, charge).AcquireAsync(_global, cancellationToken);
    }
}
