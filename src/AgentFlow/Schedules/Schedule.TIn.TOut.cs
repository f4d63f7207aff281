namespace AgentFlow;

/// <summary>A schedule of one flow.</summary>
internal sealed class Schedule<TIn, TOut>(FlowRuntime runtime, string name, Flow<TIn, TOut> flow, Timetable timetable, Func<ScheduledFire, TIn> input, ScheduleOptions options, ScheduleRecord record)
    : Schedule(runtime, name, timetable, options, record)
{
    public override string FlowName => flow.Name;

    private protected override async Task StartAsync(DateTimeOffset due, RunOptions options, CancellationToken cancellationToken) =>
        await Runtime.StartAsync(flow, Input(due), options, cancellationToken).ConfigureAwait(false);

    private TIn Input(DateTimeOffset due)
    {
        try
        {
            return input(new(Name, due));
        }
        catch (Exception exception)
        {
            throw new ScheduledInputException(Name, due, exception);
        }
    }
}

/// <summary>What makes the input of a scheduled run has failed: no run was started for that time.</summary>
public sealed class ScheduledInputException : AgentFlowException
{
    internal ScheduledInputException(string schedule, DateTimeOffset due, Exception cause)
        : base($"Schedule '{schedule}' has no input for {ScheduleState.Write(due)}: {cause.Message}", cause) => (Schedule, Due) = (schedule, due);

    /// <summary>The name of the schedule.</summary>
    public string Schedule { get; }

    /// <summary>The time that was due.</summary>
    public DateTimeOffset Due { get; }
}
