namespace AgentFlow.Scheduling;

/// <summary>An effect that waits for its lane and then for the global limit: one object for both, linked into the run's line.</summary>
internal sealed class SlotWaiter(Lane? lane, RunQueue queue, long tokens = 0, RateCharge? charge = null) : DispatchedWaiter<Slot>
{
    private Slot _held;
    private bool _withdrawn;

    public RunQueue Queue => queue;

    /// <summary>About how many tokens the effect takes.</summary>
    public long Tokens => tokens;

    /// <summary>What it takes of the lane's rates, once it has entered a lane that has them.</summary>
    public RateCharge? Charge { get; set; } = charge;

    /// <summary>Where it waits; null when it waits nowhere. Changes under the lock of the line's lane only.</summary>
    public RunLine? Line { get; set; }

    public SlotWaiter? Before { get; set; }

    public SlotWaiter? Behind { get; set; }

    /// <summary>Starts with the first lane it could not enter; call it once.</summary>
    public ValueTask<Slot> AcquireAsync(Lane first, CancellationToken cancellationToken)
    {
        if (first.EnterOrQueue(this) && HasEnteredAll(first))
        {
            return new ValueTask<Slot>(new Slot(lane, queue.Global, Charge));
        }

        Watch(cancellationToken);
        return new ValueTask<Slot>(this, Version);
    }

    /// <summary>A slot of the lane was handed over. Runs on the releasing thread, outside any lock.</summary>
    public void OnEntered(Lane entered)
    {
        if (HasEnteredAll(entered))
        {
            _held = new Slot(lane, queue.Global, Charge);
            queue.Dispatcher.Dispatch(this);
        }
    }

    protected override void Withdraw()
    {
        if (lane is not null && lane.TryWithdraw(this))
        {
            Leave(holding: default);
        }
        else if (queue.Global is { } global && global.TryWithdraw(this))
        {
            Leave(holding: new Slot(lane, global: null, Charge));
        }
    }

    protected override bool TryFinish(bool isCanceled, out Slot result)
    {
        result = _held;
        if (!_withdrawn && !isCanceled)
        {
            return true;
        }

        _held.Release();
        return false;
    }

    private bool HasEnteredAll(Lane entered)
    {
        if (queue.Global is not { } global || entered == global || global.EnterOrQueue(this))
        {
            return true;
        }

        // A cancellation that came between the two queues found the waiter in neither.
        if (IsCancellationRequested)
        {
            Withdraw();
        }

        return false;
    }

    // What is held is released by the work item, not here: releasing here would let cancelled neighbours
    // hand a slot to each other one stack frame deeper each time.
    private void Leave(Slot holding)
    {
        _held = holding;
        _withdrawn = true;
        queue.Dispatcher.Dispatch(this);
    }
}
