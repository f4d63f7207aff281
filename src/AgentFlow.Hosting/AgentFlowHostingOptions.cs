using System.Diagnostics;

namespace AgentFlow.Hosting;

/// <summary>How the runtime lives in a host. Validated when the host starts.</summary>
[DebuggerDisplay("drain {DrainTimeout}")]
public sealed class AgentFlowHostingOptions
{
    /// <summary>
    /// How long a host that stops waits for executing runs; what still executes then is cancelled within
    /// <see cref="FlowRuntimeOptions.CancellationGrace"/>. Zero cancels at once, <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the
    /// host. Default: 20 seconds.
    /// </summary>
    /// <remarks>The host's own shutdown timeout ends the waiting too; it should be longer than this and the grace together.</remarks>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether a host that starts takes over the open runs of the durable journal, before its schedules begin. Default: yes. Without it
    /// call <see cref="FlowRuntime.RecoverAsync(CancellationToken)"/> yourself.
    /// </summary>
    public bool RecoverOnStart { get; set; } = true;
}
