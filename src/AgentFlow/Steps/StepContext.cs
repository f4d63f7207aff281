using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// What the framework hands to the body of an effect, per attempt: cancellation, services, idempotency key, attempt and
/// progress. A body cannot start steps of its run. Cheap to copy; do not keep it after the body has returned.
/// </summary>
[DebuggerDisplay("{Path} attempt {Attempt}")]
public readonly struct StepContext
{
    private readonly FlowRun? _run;
    private readonly StepPath? _path;
    private readonly AttemptScope? _scope;

    internal StepContext(FlowRun run, StepPath path, CancellationToken cancellationToken, AttemptScope? scope = null)
    {
        _run = run;
        _path = path;
        CancellationToken = cancellationToken;
        _scope = scope;
    }

    /// <summary>Cancelled when the run or the branch is cancelled or the attempt timed out. Pass it on to whatever you await.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The run this call belongs to.</summary>
    public RunId RunId => Run.Id;

    /// <summary>The path of this call.</summary>
    public StepPath Path => _path ?? throw Detached();

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt => _scope?.Attempt ?? 1;

    /// <summary>
    /// The same text for every attempt of this call and of the flows around it, also after a restart: run id and path without
    /// the attempts. Hand it to services that deduplicate requests.
    /// </summary>
    /// <remarks>
    /// A flow that is retried runs its steps again, also those that had completed: the service then meets the key it knows, and the
    /// effect happens once. Calls that are meant to happen more than once (a step used twice, an item, an iteration) differ in their keys.
    /// </remarks>
    public string IdempotencyKey => $"{Run.Id}/{Path.WithoutAttempts()}";

    /// <summary>On whose behalf the run acts.</summary>
    public Principal Principal => Run.Options.Principal;

    /// <summary>The run's clock.</summary>
    public TimeProvider Time => Run.Runtime.Time;

    /// <summary>
    /// Services of a scope that lives for this attempt and is disposed after it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The runtime was created without a service provider.</exception>
    public IServiceProvider Services => (_scope ?? throw new InvalidOperationException(
        $"Step '{Path}' asked for services, but its runtime has none. Create the runtime with services.AddAgentFlow(), or set FlowRuntimeOptions.Services.")).Services;

    internal FlowRun Run => _run ?? throw Detached();

    internal AttemptScope? Scope => _scope;

    /// <summary>Publishes a progress report to the run's <see cref="FlowRun.Events"/>. Observed, never recorded.</summary>
    /// <param name="progress">Any value that a reader of events understands.</param>
    public void Report(object progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Run.Events.Publish(new StepProgress(Path, progress));
    }

    /// <summary>Says how many tokens the attempt really took, in place of what its lane had reserved for it.</summary>
    internal void Used(long tokens) => _scope?.Slot.Settle(tokens);

    private static InvalidOperationException Detached() =>
        new("This StepContext belongs to no run. In a unit test, take one from AgentFlow.Testing.");
}
