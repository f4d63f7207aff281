namespace AgentFlow.Scheduling;

/// <summary>The runs that wait in a lane: one ring per priority, one turn per run and round. Guarded by the lane's lock.</summary>
internal sealed class LaneRing
{
    private readonly RunLine?[] _nextInTurn = new RunLine?[PriorityTurns.Levels];
    private PriorityTurns _turns;
    private int _count;

    /// <summary>How many effects wait. Without the lock: a moment ago.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool IsEmpty => _count == 0;

    public void Add(SlotWaiter waiter, RunLine line)
    {
        if (line.IsEmpty)
        {
            Join(line);
        }

        line.Append(waiter);
        _count++;
    }

    /// <summary>Whom <see cref="Take"/> would take. The ring is not empty.</summary>
    public SlotWaiter Peek()
    {
        PriorityTurns turns = _turns;
        RunPriority priority = turns.Next(Waits(RunPriority.Low), Waits(RunPriority.Normal), Waits(RunPriority.High));
        return _nextInTurn[(int)priority]!.First!;
    }

    /// <summary>The ring is not empty.</summary>
    public SlotWaiter Take()
    {
        RunPriority priority = _turns.Next(Waits(RunPriority.Low), Waits(RunPriority.Normal), Waits(RunPriority.High));
        RunLine line = _nextInTurn[(int)priority]!;
        _nextInTurn[(int)priority] = line.Next;
        SlotWaiter waiter = line.First!;
        Remove(waiter);
        return waiter;
    }

    public void Remove(SlotWaiter waiter)
    {
        RunLine line = waiter.Line!;
        line.Remove(waiter);
        _count--;
        if (line.IsEmpty)
        {
            Leave(line);
        }
    }

    private bool Waits(RunPriority priority) => _nextInTurn[(int)priority] is not null;

    private void Join(RunLine line)
    {
        ref RunLine? next = ref _nextInTurn[(int)line.Priority];
        if (next is null)
        {
            line.Next = line.Previous = next = line;
            return;
        }

        line.Next = next;
        line.Previous = next.Previous;
        line.Previous!.Next = line;
        next.Previous = line;
    }

    private void Leave(RunLine line)
    {
        ref RunLine? next = ref _nextInTurn[(int)line.Priority];
        if (next == line)
        {
            next = line.Next == line ? null : line.Next;
        }

        line.Previous!.Next = line.Next;
        line.Next!.Previous = line.Previous;
        line.Next = line.Previous = null;
    }
}
