using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentFlow.Hosting;

/// <summary>Takes over the runs of an earlier process when the host starts, and begins the schedules then.</summary>
internal sealed partial class RecoverOnStart(FlowRuntime runtime, IOptions<AgentFlowHostingOptions> options, ILogger<FlowRuntime> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (runtime.IsDurable && options.Value.RecoverOnStart)
        {
            var report = await runtime.RecoverAsync(cancellationToken).ConfigureAwait(false);
            LogRecovered(logger, report.Resumed.Count, report.Suspended.Count, report.Held.Count);
            if (report.Held is [var first, ..]) LogHeld(logger, report.Held.Count, first.RunId, first.Reason);
        }

        await runtime.StartSchedulesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var schedule in runtime.Schedules) LogSchedule(logger, schedule.Name, schedule.FlowName, schedule.NextFire);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4, LogLevel.Information, "Recovered: {Resumed} runs continue, {Suspended} stay suspended, {Held} are held")]
    private static partial void LogRecovered(ILogger logger, int resumed, int suspended, int held);

    [LoggerMessage(5, LogLevel.Warning, "{Held} open runs are held and do not continue; the first is {RunId}: {Reason}")]
    private static partial void LogHeld(ILogger logger, int held, RunId runId, string reason);

    [LoggerMessage(6, LogLevel.Information, "Schedule '{Schedule}' starts flow '{Flow}' next at {NextFire}")]
    private static partial void LogSchedule(ILogger logger, string schedule, string flow, DateTimeOffset? nextFire);
}
