using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentFlow.Hosting;

/// <summary>Takes over the runs of an earlier process when the host starts, and begins the schedules then.</summary>
internal sealed partial class RecoverOnStart(FlowRuntime runtime, IOptions<AgentFlowHostingOptions> options, ILogger<FlowRuntime> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await CheckAgentsAsync(cancellationToken).ConfigureAwait(false);
        if (runtime.IsDurable && options.Value.RecoverOnStart)
        {
            var report = await runtime.RecoverAsync(cancellationToken).ConfigureAwait(false);
            LogRecovered(logger, report.Resumed.Count, report.Suspended.Count, report.Held.Count);
            if (report.Held is [var first, ..]) LogHeld(logger, report.Held.Count, first.RunId, first.Reason);
        }

        await runtime.StartSchedulesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var schedule in runtime.Schedules) LogSchedule(logger, schedule.Name, schedule.FlowName, schedule.NextFire);
    }

    /// <summary>A registry changes while the host runs: what is missing now is said, and stops nothing.</summary>
    private async Task CheckAgentsAsync(CancellationToken cancellationToken)
    {
        if (runtime.Agents is not { } registry) return;
        await registry.RefreshAsync(cancellationToken).ConfigureAwait(false);
        foreach (var defect in runtime.FindDefects()) LogDefect(logger, defect.ToString());
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4, LogLevel.Information, "Recovered: {Resumed} runs continue, {Suspended} stay suspended, {Held} are held")]
    private static partial void LogRecovered(ILogger logger, int resumed, int suspended, int held);

    [LoggerMessage(5, LogLevel.Warning, "{Held} open runs are held and do not continue; the first is {RunId}: {Reason}")]
    private static partial void LogHeld(ILogger logger, int held, RunId runId, string reason);

    [LoggerMessage(7, LogLevel.Warning, "An agent of the registry is not as a flow needs it: {Defect}")]
    private static partial void LogDefect(ILogger logger, string defect);

    [LoggerMessage(6, LogLevel.Information, "Schedule '{Schedule}' starts flow '{Flow}' next at {NextFire}")]
    private static partial void LogSchedule(ILogger logger, string schedule, string flow, DateTimeOffset? nextFire);
}
