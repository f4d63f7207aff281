using System.Diagnostics;

namespace AgentFlow.CrashChild;

/// <summary>
/// Where a process can die as far as the disk can tell: before every change it makes, named by what the log is doing, and once
/// more between the sync of a batch and its acknowledgement.
/// </summary>
internal sealed class Failpoints(ChildOutput output, string? deadly, int hit)
{
    private readonly HashSet<string> _seen = [];
    private int _left = hit;

    /// <summary>What the thread that asks is doing.</summary>
    [ThreadStatic]
    private static string? s_phase;

    /// <summary>What threads do that did not say so: the committer.</summary>
    public volatile string CommitterPhase = "append";

    public static void Enter(string phase) => s_phase = phase;

    public void Before(DiskOperation operation)
    {
        if (operation.IsChange) Reach($"{s_phase ?? CommitterPhase}: {operation}");
    }

    public void After(DiskOperation operation)
    {
        if (s_phase is null && operation.ToString() == "Sync segment") Reach($"{CommitterPhase}: after {operation}");
    }

    public static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>The process may die here.</summary>
    public void Reach(string name)
    {
        if (deadly is null)
        {
            lock (_seen)
            {
                if (_seen.Add(name)) output.Line($"POINT {name}");
            }
        }
        else if (name == deadly && Interlocked.Decrement(ref _left) == 0)
        {
            output.Line($"AT {name}");
            Die();
        }
    }
}
