namespace AgentFlow.Scheduling;

/// <summary>
/// Where the work items of a runtime run: continuations of effects and runs that had to wait, and stolen branches.
/// Derive from it to run them elsewhere, for example one after another in a test. Implementations are thread-safe.
/// </summary>
public abstract class WorkDispatcher
{
    /// <summary>The default: the .NET thread pool, without flowing the execution context.</summary>
    public static WorkDispatcher ThreadPool { get; } = new ThreadPoolDispatcher();

    /// <summary>
    /// Takes a work item and runs it exactly once, later or on another thread, never inside this call. May be called
    /// from any thread. It must not throw: whoever releases a slot or cancels a run calls it.
    /// </summary>
    /// <param name="item">The item to run.</param>
    public abstract void Dispatch(IThreadPoolWorkItem item);

    private sealed class ThreadPoolDispatcher : WorkDispatcher
    {
        public override void Dispatch(IThreadPoolWorkItem item) =>
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
    }
}
