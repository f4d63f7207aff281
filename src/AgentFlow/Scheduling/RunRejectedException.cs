namespace AgentFlow.Scheduling;

/// <summary>
/// A run was not accepted because the queue is full and <see cref="SchedulerOptions.WhenFull"/> is
/// <see cref="QueueFullMode.Reject"/>. Nothing of the run was started or recorded: it is safe to try again.
/// </summary>
public sealed class RunRejectedException : AgentFlowException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="queued">How many runs were queued when this one was rejected.</param>
    /// <param name="limit">The limit, <see cref="SchedulerOptions.MaxQueuedRuns"/>.</param>
    public RunRejectedException(int queued, int limit)
        : base($"The run was rejected: {queued} runs are queued and SchedulerOptions.MaxQueuedRuns is {limit}. "
            + "Try again later, raise MaxConcurrentRuns or MaxQueuedRuns, or set WhenFull to QueueFullMode.Wait.")
    {
        Queued = queued;
        Limit = limit;
    }

    /// <summary>How many runs were queued when this one was rejected.</summary>
    public int Queued { get; }

    /// <summary>The limit that was reached, <see cref="SchedulerOptions.MaxQueuedRuns"/>.</summary>
    public int Limit { get; }
}
