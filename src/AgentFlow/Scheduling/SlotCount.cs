namespace AgentFlow.Scheduling;

/// <summary>
/// Free slots behind one interlocked word. Whoever has to wait closes it, under the owner's lock; while closed all
/// slots are taken and nobody takes or returns one here, so that nobody overtakes a waiter. Mutable: never copy it.
/// </summary>
internal struct SlotCount(int capacity)
{
    private const int Closed = -1;

    private readonly int _capacity = capacity;
    private int _free = capacity;

    public int Taken => _capacity - Math.Max(Volatile.Read(ref _free), 0);

    /// <summary>False when no slot is free or somebody waits.</summary>
    public bool TryTake()
    {
        int free = Volatile.Read(ref _free);
        while (free > 0)
        {
            int seen = Interlocked.CompareExchange(ref _free, free - 1, free);
            if (seen == free)
            {
                return true;
            }

            free = seen;
        }

        return false;
    }

    /// <summary>False when somebody waits: the slot is still taken, the owner hands it over.</summary>
    public bool TryReturn()
    {
        int free = Volatile.Read(ref _free);
        while (free != Closed)
        {
            if (free == _capacity)
            {
                throw new InvalidOperationException("A slot was released more often than it was acquired.");
            }

            int seen = Interlocked.CompareExchange(ref _free, free + 1, free);
            if (seen == free)
            {
                return true;
            }

            free = seen;
        }

        return false;
    }

    /// <summary>Takes a slot, or closes and returns false: the caller must then queue before it leaves the owner's lock.</summary>
    public bool TakeOrClose()
    {
        while (!TryTake())
        {
            if (Interlocked.CompareExchange(ref _free, Closed, 0) <= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Nobody waits any more; all slots are taken. Under the owner's lock.</summary>
    public void Reopen() => Volatile.Write(ref _free, 0);
}
