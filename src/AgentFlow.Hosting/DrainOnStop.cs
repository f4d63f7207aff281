using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentFlow.Hosting;

/// <summary>Stops accepting runs when the host stops, and gives the executing ones time to end.</summary>
internal sealed partial class DrainOnStop(FlowRuntime runtime, IOptions<AgentFlowHostingOptions> options, ILogger<FlowRuntime> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var timeout = options.Value.DrainTimeout;
        LogDraining(logger, runtime.ActiveRuns, timeout);
        var cancelled = await runtime.DrainAsync(timeout, cancellationToken).ConfigureAwait(false);
        if (cancelled > 0) LogCancelled(logger, cancelled, timeout);
        else LogDrained(logger, runtime.ActiveRuns);
    }

    [LoggerMessage(1, LogLevel.Information, "Draining: no new runs are accepted, {Runs} are active, executing ones may take {Timeout}")]
    private static partial void LogDraining(ILogger logger, int runs, TimeSpan timeout);

    [LoggerMessage(2, LogLevel.Information, "Drained: every executing run has ended, {Suspended} stay suspended")]
    private static partial void LogDrained(ILogger logger, int suspended);

    [LoggerMessage(3, LogLevel.Warning, "Cancelled {Runs} runs that were still executing after {Timeout}, or when the host would not wait longer. Raise AgentFlowHostingOptions.DrainTimeout and the host's ShutdownTimeout to let them end")]
    private static partial void LogCancelled(ILogger logger, int runs, TimeSpan timeout);
}
