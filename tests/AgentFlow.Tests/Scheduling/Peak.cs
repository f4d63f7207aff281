namespace AgentFlow.Tests.Scheduling;

/// <summary>How many were inside at the same time, and the most that ever were. Thread-safe.</summary>
internal sealed class Peak
{
    private int _inside;
    private int _most;

    public int Most => Volatile.Read(ref _most);

    public void Enter()
    {
        int inside = Interlocked.Increment(ref _inside);
        int most = Volatile.Read(ref _most);
        while (inside > most)
        {
            int seen = Interlocked.CompareExchange(ref _most, inside, most);
            most = seen == most ? inside : seen;
        }
    }

    public void Exit() => Interlocked.Decrement(ref _inside);
}
