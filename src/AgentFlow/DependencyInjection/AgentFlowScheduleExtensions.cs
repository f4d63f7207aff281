using AgentFlow;
using AgentFlow.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds schedules.</summary>
public static class AgentFlowScheduleExtensions
{
    /// <summary>
    /// Starts a flow by the calendar: <c>.AddSchedule("nightly", report, Timetable.Cron("0 2 * * *"), fire =&gt; new Day(fire.Due))</c>. The flow is added,
    /// too. The schedule begins with the host, after the recovery (<c>AddHosting</c>), or with <see cref="FlowRuntime.StartSchedulesAsync"/>.
    /// </summary>
    /// <inheritdoc cref="FlowRuntime.ScheduleAsync{TIn,TOut}(string, Flow{TIn,TOut}, Timetable, Func{ScheduledFire,TIn}, ScheduleOptions, CancellationToken)" path="/typeparam"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The schedule's name, a part of the ids of its runs: at most 150 characters.</param>
    /// <param name="flow">The flow or agent.</param>
    /// <param name="timetable">When.</param>
    /// <param name="input">Makes the input of a run. The same time must give the same input.</param>
    /// <param name="options">Missed fires, overlap, and how the runs are started.</param>
    /// <exception cref="ArgumentException">The name or an option is out of its range.</exception>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another schedule has this name.</exception>
    public static IAgentFlowBuilder AddSchedule<TIn, TOut>(
        this IAgentFlowBuilder builder, string name, Flow<TIn, TOut> flow, Timetable timetable, Func<ScheduledFire, TIn> input, ScheduleOptions? options = null) =>
        builder.AddSchedule(name, flow, timetable, input, options, input);

    /// <summary>Starts a flow by the calendar, always with the same input.</summary>
    /// <inheritdoc cref="AddSchedule{TIn,TOut}(IAgentFlowBuilder, string, Flow{TIn,TOut}, Timetable, Func{ScheduledFire,TIn}, ScheduleOptions)"/>
    public static IAgentFlowBuilder AddSchedule<TIn, TOut>(
        this IAgentFlowBuilder builder, string name, Flow<TIn, TOut> flow, Timetable timetable, TIn input, ScheduleOptions? options = null) =>
        builder.AddSchedule(name, flow, timetable, _ => input, options, input);

    private static IAgentFlowBuilder AddSchedule<TIn, TOut>(
        this IAgentFlowBuilder builder, string name, Flow<TIn, TOut> flow, Timetable timetable, Func<ScheduledFire, TIn> input, ScheduleOptions? options, object? identity)
    {
        ArgumentNullException.ThrowIfNull(builder);
        FlowRuntime.CheckSchedule(name, flow, timetable, input, options);
        builder.AddFlow(flow);
        Func<FlowRuntime, CancellationToken, Task> begin = (runtime, cancellationToken) => runtime.ScheduleAsync(name, flow, timetable, input, options, cancellationToken);
        new RuntimeContribution("schedule", name, (flow, $"{timetable}", options, identity), (_, runtime) => runtime.Schedules.Add((name, begin))).TryAddTo(builder.Services);
        return builder;
    }
}
