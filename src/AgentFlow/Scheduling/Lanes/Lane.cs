using System.Diagnostics;

namespace AgentFlow.Scheduling;

/// <summary>
/// A limit on concurrent effects. Interlocked while slots are free; the lock is taken only by those who wait, and by
/// those who hand over to or withdraw a waiter. The global limit is one more lane, which every effect enters last.
/// </summary>
[DebuggerDisplay("{Name}: {Running} of {Capacity}")]
internal sealed class Lane(string name, int capacity)
{
    private readonly Lock _gate = new();
    private readonly LaneRing _waiting = new();
    private SlotCount _slots = new(capacity);

    public string Name => name;

    public int Capacity => capacity;

    public int Running => _slots.Taken;

    public int Waiting => _waiting.Count;

    public bool TryEnter() => _slots.TryTake();

    /// <summary>False when the waiter was queued: <see cref="SlotWaiter.OnEntered"/> will be called once, unless it is withdrawn.</summary>
    public bool EnterOrQueue(SlotWaiter waiter)
    {
        lock (_gate)
        {
            if (_slots.TakeOrClose())
            {
                return true;
            }

            _waiting.Add(waiter, waiter.Queue.LineIn(this));
            return false;
        }
    }

    public void Exit()
    {
        while (!_slots.TryReturn())
        {
            if (TakeNext() is { } next)
            {
                next.OnEntered(this);
                return;
            }
        }
    }

    /// <summary>False when the waiter is not queued here, or not any more.</summary>
    public bool TryWithdraw(SlotWaiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Line?.Lane != this)
            {
                return false;
            }

            _waiting.Remove(waiter);
            ReopenWhenNobodyWaits();
            return true;
        }
    }

    private SlotWaiter? TakeNext()
    {
        lock (_gate)
        {
            if (_waiting.IsEmpty)
            {
                return null;
            }

            SlotWaiter next = _waiting.Take();
            ReopenWhenNobodyWaits();
            return next;
        }
    }

    private void ReopenWhenNobodyWaits()
    {
        if (_waiting.IsEmpty)
        {
            _slots.Reopen();
        }
    }
}
