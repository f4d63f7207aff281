using System.Diagnostics;

namespace AgentFlow.Scheduling;

/// <summary>
/// A limit on concurrent effects. Interlocked while slots are free; the lock is taken only by those who wait, and by
/// those who hand over to or withdraw a waiter. The global limit is one more lane, which every effect enters last.
/// </summary>
[DebuggerDisplay("{Name}: {Running} of {Capacity}")]
internal class Lane(string name, int capacity)
{
    private SlotCount _slots = new(capacity);

    public string Name => name;

    public int Capacity => capacity;

    public virtual int Running => _slots.Taken;

    public int Waiting => Line.Count;

    /// <summary>Guards <see cref="Line"/>, and whatever belongs to the lines in it.</summary>
    protected Lock Gate { get; } = new();

    protected LaneRing Line { get; } = new();

    public virtual bool TryEnter() => _slots.TryTake();

    /// <summary>False when the waiter was queued: <see cref="SlotWaiter.OnEntered"/> will be called once, unless it is withdrawn.</summary>
    public virtual bool EnterOrQueue(SlotWaiter waiter)
    {
        lock (Gate)
        {
            if (_slots.TakeOrClose())
            {
                return true;
            }

            Line.Add(waiter, waiter.Queue.LineIn(this));
            return false;
        }
    }

    public virtual void Exit()
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
    public virtual bool TryWithdraw(SlotWaiter waiter)
    {
        lock (Gate)
        {
            if (waiter.Line?.Lane != this)
            {
                return false;
            }

            Line.Remove(waiter);
            ReopenWhenNobodyWaits();
            return true;
        }
    }

    private SlotWaiter? TakeNext()
    {
        lock (Gate)
        {
            if (Line.IsEmpty)
            {
                return null;
            }

            SlotWaiter next = Line.Take();
            ReopenWhenNobodyWaits();
            return next;
        }
    }

    private void ReopenWhenNobodyWaits()
    {
        if (Line.IsEmpty)
        {
            _slots.Reopen();
        }
    }
}
