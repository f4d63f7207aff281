using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Scheduling;
using Microsoft.Extensions.Logging;

namespace AgentFlow;

/// <summary>How a <see cref="FlowRuntime"/> works. Read once by its constructor.</summary>
public sealed class FlowRuntimeOptions
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    /// <summary>The clock of everything. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where steps and model clients registered in a container come from. Set by <c>AddAgentFlow</c>.</summary>
    public IServiceProvider? Services { get; set; }

    /// <summary>Where the runtime logs. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The models that agents name.</summary>
    public ModelRegistry Models { get; } = new();

    /// <summary>The tools that agents of the registry name.</summary>
    public ToolRegistry Tools { get; } = new();

    /// <summary>The registry of agents that flows refer to by name. Default: <see langword="null"/>, none.</summary>
    public AgentRegistry? Agents { get; set; }

    /// <summary>Keeps responses of models, for agents with <see cref="AgentBuilder{TIn,TOut}.CacheResponses"/>. Default: nobody.</summary>
    public IModelCache? ModelCache { get; set; }

    /// <summary>The steps, flows and agents that can be found by name.</summary>
    public StepRegistry Steps { get; } = new();

    /// <summary>The policies, asked in this order at the gate.</summary>
    public IList<IPolicy> Policies { get; } = [];

    /// <summary>Handlers of the host's own obligations.</summary>
    public IList<IObligationHandler> ObligationHandlers { get; } = [];

    /// <summary>Asked first for every request that opens. Default: nobody, requests wait in <see cref="FlowRuntime.Requests"/>.</summary>
    public IApprover? Approver { get; set; }

    /// <summary>
    /// The role that says what became of an irreversible effect which had been started when its process stopped, unless its step or tool names
    /// another one (<c>WhenUncertain</c>). Default: <see langword="null"/>, anybody.
    /// </summary>
    public string? UncertainRole { get; set; }

    /// <summary>
    /// Who may not say so, until when, and who is asked next; with a quorum of 1. After the last deadline the effect fails with the error type
    /// <c>Uncertain</c>. Default: anybody, for ever.
    /// </summary>
    public RequestTerms UncertainTerms { get; set; } = RequestTerms.Default;

    /// <summary>Told what happens to requests. Default: nobody.</summary>
    public IList<IRequestNotifier> RequestNotifiers { get; internal set; } = [];

    /// <summary>Limits, lanes and admission.</summary>
    public SchedulerOptions Scheduler { get; } = new();

    /// <summary>Where work items run. Default: the thread pool.</summary>
    public WorkDispatcher Dispatcher { get; set; } = WorkDispatcher.ThreadPool;

    /// <summary>Where runs are kept durably. Default: <see langword="null"/>, in memory only.</summary>
    public IJournal? Journal { get; set; }

    /// <summary>
    /// Where sessions are kept. Default: the container's <see cref="Conversations.ISessionStore"/>, or else memory, where no journal is
    /// durable; a runtime with a journal needs one, a <see cref="Conversations.FileSessionStore"/> for example.
    /// </summary>
    public Conversations.ISessionStore? Sessions { get; set; }

    /// <summary>Where agents keep what they remember. Default: the container's <see cref="Memories.IMemoryStore"/>, or none.</summary>
    public Memories.IMemoryStore? Memory { get; set; }

    /// <summary>How values are serialized. Add source-generated contexts here; needed for structured output and durable journals.</summary>
    public JsonSerializerOptions SerializerOptions { get; set; } = Microsoft.Extensions.AI.AIJsonUtilities.DefaultOptions;

    /// <summary>What makes values of today from recorded values whose type had another name.</summary>
    public UpcasterRegistry Upcasters { get; } = new();

    /// <summary>The serializer options, completed by the types of conversations with models.</summary>
    internal JsonSerializerOptions Json => RuntimeJson.Complete(SerializerOptions);

    /// <summary>Whether every recorded value goes through the serializer and back, so that unit tests find what would not survive.</summary>
    public bool RoundTripValues { get; set; }

    /// <summary>
    /// Whether a durable run keeps 8 bytes of a digest of what each effect was given, and a replay that gives a recorded effect something else is
    /// stopped with a <see cref="FlowNondeterminismException"/>: the run is held. Default: <see langword="true"/>.
    /// </summary>
    /// <remarks>
    /// Compared are values of types whose shape is still the same: one that has got another property since is not. The order of lists is not
    /// looked at, nor is an input of more than 256 KiB of JSON, one that cannot be serialized, and one of a type that does not come back from its
    /// JSON as it was. Of an agent its input is compared, not its prompts and instructions. A type with a converter of its own must be written by it
    /// in the same way as long as runs are open.
    /// </remarks>
    public bool ChecksInputs { get; set; } = true;

    /// <summary>How long a body may take to react to cancellation before it is left behind, up to 49 days. Default: 2 seconds.</summary>
    public TimeSpan CancellationGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a cancelled run may take to undo what its <c>Compensate</c> verbs did, up to 49 days. What is not undone then stays; the
    /// run ends. Default: 5 minutes. When the process stops, durable runs are not undone but continued by the next one.
    /// </summary>
    public TimeSpan UndoGrace { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a suspended run stays in memory before it is unloaded, up to 49 days. Default: 5 seconds; zero unloads at once.</summary>
    public TimeSpan SuspendLinger { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many events of a run are kept for its readers, at least 16. Default: 8192.</summary>
    public int EventCapacity { get; set; } = 8192;

    /// <summary>How many ended runs stay available through <see cref="FlowRuntime.GetRun"/>, with their entries. Default: 0.</summary>
    public int KeepEndedRuns { get; set; }

    /// <summary>
    /// How many ended runs with an id of the host's choice stay available, so that starting one again returns it. Kept are the status, the
    /// result or error and a digest of the input; of the entries only the first and the last. Default: 10,000.
    /// </summary>
    public int KeepEndedRunsWithId { get; set; } = 10_000;

    /// <summary>How many bytes one entry of a durable journal may have, at least 1024. Default: 4 MiB.</summary>
    public int MaxPayloadBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How many entries a run may have in a durable journal before it may start nothing more, at least 16; what is under way then is
    /// still recorded. Default: 100,000. A run ends with a <see cref="HistoryLimitException"/> there: a flow that goes on for ever
    /// begins a new run from time to time with <c>FlowContext.ContinueAsNew</c>.
    /// </summary>
    public int MaxEntries { get; set; } = 100_000;

    /// <summary>How many cached step results are kept, at least 1. Default: 10,000.</summary>
    public int CacheCapacity { get; set; } = 10_000;

    /// <summary>
    /// How often in a row a run of a journal is resumed without getting any further, at least 1. Then it is quarantined: it may be what kills
    /// its process. Default: 5. Raise it to try a quarantined run again.
    /// </summary>
    public int MaxFruitlessResumes { get; set; } = 5;

    /// <summary>
    /// How many scopes may be nested: flows, branches, items and iterations, the run's own included; 1 to 10,000. Default: 128, for
    /// which a stack of 1 MB suffices.
    /// </summary>
    public int MaxDepth { get; set; } = 128;

    internal UncertainRule Uncertain => UncertainRule.Create(UncertainRole, UncertainTerms, nameof(UncertainTerms));

    internal EffectWatch? Watch { get; set; }

    /// <summary>Whether runs are only replayed: one that continues as a new run ends, and nothing begins.</summary>
    internal bool IsRehearsal { get; set; }

    /// <summary>What begins the schedules that a container's builder has added, by name.</summary>
    internal List<(string Name, Func<FlowRuntime, CancellationToken, Task> Begin)> Schedules { get; } = [];

    /// <summary>The same options for another runtime; the collections are shared.</summary>
    internal FlowRuntimeOptions Copy() => (FlowRuntimeOptions)MemberwiseClone();

    internal void Validate()
    {
        NotNull(Time, nameof(Time));
        NotNull(Dispatcher, nameof(Dispatcher));
        NotNull(SerializerOptions, nameof(SerializerOptions));
        Wait(CancellationGrace, nameof(CancellationGrace));
        Wait(UndoGrace, nameof(UndoGrace));
        Wait(SuspendLinger, nameof(SuspendLinger));
        NotNull(UncertainTerms, nameof(UncertainTerms));
        _ = Uncertain;
        AtLeast(EventCapacity, 16, nameof(EventCapacity));
        AtLeast(KeepEndedRuns, 0, nameof(KeepEndedRuns));
        AtLeast(KeepEndedRunsWithId, 0, nameof(KeepEndedRunsWithId));
        AtLeast(MaxPayloadBytes, 1024, nameof(MaxPayloadBytes));
        AtLeast(MaxEntries, 16, nameof(MaxEntries));
        AtLeast(MaxFruitlessResumes, 1, nameof(MaxFruitlessResumes));
        AtLeast(CacheCapacity, 1, nameof(CacheCapacity));
        AtLeast(MaxDepth, 1, nameof(MaxDepth));
        if (MaxDepth > 10_000) throw new InvalidOptionException($"{nameof(FlowRuntimeOptions)}.{nameof(MaxDepth)}", MaxDepth, "Use 10000 or less: every scope takes a part of the stack.");
    }

    private static void Wait(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero) throw new InvalidOptionException($"{nameof(FlowRuntimeOptions)}.{name}", value, "Use zero or more.");
        if (value > LongestWait) throw new InvalidOptionException($"{nameof(FlowRuntimeOptions)}.{name}", value, $"Use {LongestWait.TotalDays:0} days or less: timers do not wait longer.");
    }

    private static void AtLeast(int value, int least, string name)
    {
        if (value < least) throw new InvalidOptionException($"{nameof(FlowRuntimeOptions)}.{name}", value, $"Use {least} or more.");
    }

    private static void NotNull(object? value, string name)
    {
        if (value is null) throw new InvalidOptionException($"{nameof(FlowRuntimeOptions)}.{name}", null, "Leave the default, or set your own.");
    }
}
