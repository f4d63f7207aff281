using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.DependencyInjection;
using AgentFlow.Policies;
using AgentFlow.Scheduling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;

namespace AgentFlow;

/// <summary>
/// Runs flows: owns journal, scheduler, clock, policies and open requests. Long-lived and thread-safe; one per application is
/// usual. Works with and without a service container.
/// </summary>
[DebuggerDisplay("{ActiveRuns} active runs")]
public sealed partial class FlowRuntime : IAsyncDisposable, IDisposable
{
    private readonly ConditionalWeakTable<StepPlan, object> _pipelines = [];
    private readonly ConditionalWeakTable<StepPlan, ResiliencePipeline> _timeouts = [];
    private readonly LingerQueue _lingering;

    /// <summary>Creates a runtime.</summary>
    /// <param name="options">How it works; defaults when not given.</param>
    /// <exception cref="InvalidOptionException">An option is out of its range; the message names option, value and cure.</exception>
    public FlowRuntime(FlowRuntimeOptions? options = null)
    {
        Options = options ?? new();
        Options.Validate();
        Logger = Options.LoggerFactory is { } loggers ? new GuardedLogger(loggers.CreateLogger("AgentFlow")) : NullLogger.Instance;
        Policies = new PolicySet([.. Options.Policies], [.. Options.ObligationHandlers]);
        Scheduler = new EffectScheduler(Options.Scheduler, Options.Dispatcher, Options.Time);
        Admission = new RunAdmission(Options.Scheduler, Options.Dispatcher);
        Cache = new ResultCache(Options.Time, Options.CacheCapacity);
        Requests = new RequestInbox(this);
        ContainerModels = new ContainerModels(Options.Services);
        _ended = new EndedRuns(Options.KeepEndedRuns, Options.KeepEndedRunsWithId);
        Dormant = new DormantRuns(Options.Time, Options.Dispatcher, WakeDormant);
        _lingering = new LingerQueue(Options.Time, Options.SuspendLinger);
        Json = Options.Json;
        Sharing = Options.ModelCache is { } cache ? new(this, cache) : null;
        RegisteredAgents = new RuntimeAgents(this, Options.Agents);
        Features = (Policies.IsEmpty ? 0 : RunFeatures.Policies)
            | (Scheduler.HasGlobalLimit ? RunFeatures.Limits : 0)
            | (Options.RoundTripValues ? RunFeatures.RoundTrip : 0)
            | (Options.Journal is null ? 0 : RunFeatures.Durable)
            | (Options.Watch is null ? 0 : RunFeatures.Watch)
            | (Options.Services is null ? 0 : RunFeatures.Services);
    }

    /// <summary>What waits for a human, and how to answer.</summary>
    public RequestInbox Requests { get; }

    /// <summary>The models that agents name.</summary>
    public ModelRegistry Models => Options.Models;

    /// <summary>The steps, flows and agents that can be found by name.</summary>
    public StepRegistry Steps => Options.Steps;

    /// <summary>Whether runs are kept in a durable journal, and survive the process.</summary>
    public bool IsDurable => Options.Journal is not null;

    internal FlowRuntimeOptions Options { get; }

    internal TimeProvider Time => Options.Time;

    internal IServiceProvider? Services => Options.Services;

    internal ContainerModels ContainerModels { get; }

    internal IReadOnlyList<string> KnownModels => [.. Models.Names.Union(ContainerModels.Names).Order(StringComparer.Ordinal)];

    /// <summary>The host's serializer options, completed by the types of conversations.</summary>
    internal JsonSerializerOptions Json { get; }

    internal WorkDispatcher Dispatcher => Options.Dispatcher;

    internal ILogger Logger { get; }

    internal PolicySet Policies { get; }

    internal EffectScheduler Scheduler { get; }

    internal RunAdmission Admission { get; }

    internal ResultCache Cache { get; }

    internal Workload Workload { get; } = new();

    internal RunFeatures Features { get; }

    /// <summary>The Polly pipeline of a step; one per runtime, so that runs share a circuit breaker. It goes when the step goes.</summary>
    internal ResiliencePipeline<T> PipelineOf<T>(StepPlan plan) =>
        (ResiliencePipeline<T>)_pipelines.GetValue(plan, plan => plan.Resilience!(Time));

    internal ResiliencePipeline TimeoutOf(StepPlan plan) => _timeouts.GetValue(
        plan, plan => new ResiliencePipelineBuilder { TimeProvider = Time }.AddTimeout(plan.Timeout!.Value).Build());

    internal Lane LaneOf(string name, StepPath path) => Scheduler.FindLane(name)
        ?? throw new EffectFailedException("UnknownLane", $"the runtime has no lane '{name}'. Add it: options.Scheduler.AddLane(\"{name}\", maxConcurrent)", path);
}
