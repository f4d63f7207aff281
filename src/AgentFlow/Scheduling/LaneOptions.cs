namespace AgentFlow.Scheduling;

/// <summary>The limit of one lane. Read once, when the runtime is created.</summary>
public sealed class LaneOptions
{
    /// <summary>How many effects of the lane run at the same time, over all runs: 1 or more. Default 1.</summary>
    public int MaxConcurrent { get; set; } = 1;
}
