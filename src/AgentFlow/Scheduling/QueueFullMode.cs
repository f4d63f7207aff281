namespace AgentFlow;

/// <summary>What starting a run does while the queue of runs is full.</summary>
public enum QueueFullMode
{
    /// <summary>The start waits for a place in the queue.</summary>
    Wait,

    /// <summary>The start fails at once with <see cref="Scheduling.RunRejectedException"/>.</summary>
    Reject,
}
