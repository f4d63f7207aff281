namespace AgentFlow.Scheduling;

/// <summary>The effects of one run that wait in one lane, first come first served. Guarded by the lane's lock.</summary>
internal sealed class RunLine(Lane lane, RunPriority priority, RunLine? nextOfRun)
{
    private SlotWaiter? _last;

    public Lane Lane => lane;

    public RunPriority Priority => priority;

    public RunLine? NextOfRun => nextOfRun;

    public RunLine? Next { get; set; }

    public RunLine? Previous { get; set; }

    public SlotWaiter? First { get; private set; }

    public bool IsEmpty => First is null;

    public void Append(SlotWaiter waiter)
    {
        waiter.Line = this;
        waiter.Before = _last;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Behind = waiter;
        }

        _last = waiter;
    }

    public void Remove(SlotWaiter waiter)
    {
        if (waiter.Before is null)
        {
            First = waiter.Behind;
        }
        else
        {
            waiter.Before.Behind = waiter.Behind;
        }

        if (waiter.Behind is null)
        {
            _last = waiter.Before;
        }
        else
        {
            waiter.Behind.Before = waiter.Before;
        }

        waiter.Line = null;
        waiter.Before = waiter.Behind = null;
    }
}
