using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>A suspended run that is not in memory: what wakes it, and how to write to it again.</summary>
/// <param name="Id">The run.</param>
/// <param name="FlowName">The flow it executes.</param>
/// <param name="Waits">What it waits for.</param>
/// <param name="Epoch">The epoch under which this process writes to it.</param>
/// <param name="Handle">The run itself, as long as somebody holds it.</param>
internal sealed record DormantRun(RunId Id, string FlowName, IReadOnlyList<PendingWait> Waits, long Epoch, WeakReference<FlowRun>? Handle)
{
    /// <summary>When it continues by itself; null when it waits for others only.</summary>
    public DateTimeOffset? Due => Waits.Select(static wait => wait.WakesAt).Min();

    /// <summary>The requests that are open in it, by id.</summary>
    public IEnumerable<(string Id, PendingWait Wait)> Requests => Waits.Where(static wait => wait.Kind == WaitKind.Request).Select(wait => ($"{Id}/{wait.Path}", wait));
}
