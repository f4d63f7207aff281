using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// A step that only orchestrates other steps. Deterministic, never recorded itself, re-executed on replay. Immutable and
/// thread-safe: one definition serves any number of concurrent runs.
/// </summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it yields.</typeparam>
public partial class Flow<TIn, TOut> : Step<TIn, TOut>, IFlowDefinition
{
    private static readonly string[] StepOnly = ["hedge", "circuit-breaker", "resilient"];
    private readonly FlowShape _shape;
    private FlowDescription? _described;
    private FlowIdentity? _identity;
    private StepPath? _root;

    internal Flow(string name, FlowNode<TIn, TOut> body, int version = 1, int? resumes = null)
        : base(name)
    {
        Body = body;
        Version = version;
        Resumes = resumes;
        _shape = new FlowShape(typeof(TIn), typeof(TOut), body.Describe);
    }

    /// <summary>The version, from 1. A run continues on the version it started with.</summary>
    public int Version { get; }

    /// <summary>The oldest version whose runs this one may continue, or <see langword="null"/> when it continues its own only.</summary>
    public int? Resumes { get; }

    /// <summary>
    /// A hash over verbs, names, types, bounds, case keys and options, nested flows included; the same in every process. Lambdas,
    /// code and instructions are not in it: a change of those is not seen. A flow stands in it with the version that it resumes.
    /// </summary>
    public string Fingerprint => Own.Fingerprint;

    FlowIdentity IFlowDefinition.Identity => Own;

    StepPath IFlowDefinition.Root => _root is { } known && known.Name == Name ? known : _root = StepPath.Root(Name);

    /// <summary>A copy under another name is another flow to the journal.</summary>
    private FlowIdentity Own => _identity is { } known && known.Name == Name
        ? known
        : _identity = new(Name, Version, typeof(TIn), () => FlowShape.HashOf(Name, Kind, Structure, _shape.Hash), () => FlowStructure.Encode(Describe()));

    FlowRun IFlowDefinition.Restore(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries, long epoch)
    {
        var run = Recreate(runtime, entries);
        run.Restore(entries, epoch);
        return run;
    }

    FlowRun IFlowDefinition.Fork(FlowRuntime runtime, RunStartedEntry started, IReadOnlyList<JournalEntry> entries)
    {
        var run = Recreate(runtime, [started]);
        run.AdoptForked(entries);
        return run;
    }

    FlowRun IFlowDefinition.Replay(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries)
    {
        var run = Recreate(runtime, entries);
        run.Adopt(entries);
        return run;
    }

    FlowRun IFlowDefinition.RestoreEnded(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries)
    {
        var run = Recreate(runtime, entries);
        run.RestoreEnded(entries);
        return run;
    }

    private FlowRun<TIn, TOut> Recreate(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries)
    {
        var started = (RunStartedEntry)entries[0];
        var input = started.Value is JsonElement json
            ? RecordedValue.Read<TIn>(runtime, started.Path, "the input", json, started.InputType)
            : (TIn)started.Value!;
        return new FlowRun<TIn, TOut>(runtime, started.RunId, this, input, started.Options, hasHandle: true, started.Succession, started.ForkedFrom, started.Agents);
    }

    internal override string Kind => "flow";

    internal FlowNode<TIn, TOut> Body { get; }

    internal sealed override IReadOnlyList<StepPlace> Parts => _shape.Parts;

    internal override bool IsIrreversible => _shape.IsIrreversible;

    internal sealed override object Shape => _shape;

    /// <summary>
    /// The flow's structure as nodes and edges. What code does inside of <c>Flow.FromCode</c> is not seen. Nested flows are looked
    /// into 16 levels deep and while there are fewer than 2,000 nodes; beyond that a flow is a single node with the setting
    /// <c>closed</c>, to be described by itself.
    /// </summary>
    public FlowDescription Describe()
    {
        // A copy under another name or with other options carries what its original has described.
        if (_described is { } known && known.Name == Name && ReferenceEquals(known.Plan, Plan)) return known;
        return _described = new FlowDescription(Name, Version, Fingerprint, Plan, Sketch());
    }

    /// <summary>A Mermaid flowchart of the flow, for Markdown and <c>mermaid.live</c>.</summary>
    public string ToMermaid() => Describe().ToMermaid();

    private FlowSketch Sketch()
    {
        var sketch = new FlowSketch(Name, maxDepth: 16, maxNodes: 2_000);
        sketch.Add($"{Name}/(input)", "input", "input", InputType, InputType, Structure);
        if (Body is OpaqueNode<TIn, TOut>) Describe(sketch, Name);
        else Body.Describe(sketch);
        sketch.Add($"{Name}/(output)", "output", "output", OutputType, OutputType);
        return sketch;
    }

    internal override void Describe(FlowSketch sketch, string path)
    {
        if (Body is OpaqueNode<TIn, TOut>) sketch.Add(this, path, Structure);
        else sketch.Nest(this, path, Structure, _shape, Body.Describe);
    }

    internal override void Validate(DefectList defects, string path)
    {
        if (Plan.Effect != EffectClass.Idempotent) defects.Add(path, "an effect class has no meaning on a flow", "declare it on the steps inside");
        foreach (var option in Plan.Signature.Split("; ").Intersect(StepOnly))
        {
            defects.Add(path, $"the option '{option}' has no effect on a flow", "set it on the steps inside; a flow knows Retry, Timeout, Lane, Source, Fallback and Cache");
        }

        if (Plan.Retries == 0 || Body is OpaqueNode<TIn, TOut>) return;
        foreach (var at in new StepPlace(this, path).Irreversible().Take(DefinitionCheck.MaxPerStep))
        {
            defects.Add(at, $"the step is irreversible, and flow '{path}' repeats it when it is retried", "retry the steps that may be repeated, not the flow around them");
        }
    }

    /// <summary>What belongs to the structure beside the nodes.</summary>
    private protected virtual string Structure => $"version={Resumes ?? Version}";

    internal ValueTask<TOut> RunRootAsync(FlowRun run, TIn input)
    {
        var root = new FlowContext(run, run.RootPath, run.CancellationToken, run.InputLabel, Plan.Lane, Name, run.Span);
        var result = IsPlain && !IsJudged(run)
            ? ChildScope.RunInAsync(root, null, (flow: this, input), static (state, scope) => state.flow.ExecuteAsync(state.input, scope))
            : InvokeAsync(root, run.RootPath, input);
        return run.Runtime.Policies.IsEmpty ? result : NoteLabelAsync(result, root);
    }

    private static async ValueTask<TOut> NoteLabelAsync(ValueTask<TOut> result, FlowContext root)
    {
        var value = await result.ConfigureAwait(false);
        root.Run.ResultLabel = root.Label;
        return value;
    }

    internal override ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input)
    {
        if ((scope.Features & RunFeatures.Watch) != 0 && scope.Run.Runtime.Options.Watch is { SeesInvocations: true } watch) return WatchAsync(watch, scope, path, input);
        return RunAsync(scope, path, input);
    }

    private ValueTask<TOut> RunAsync(FlowContext scope, StepPath path, TIn input) =>
        IsPlain ? RunAttempt(scope, path, scope.CancellationToken, input) : RunAttemptsAsync(scope, path, input);

    private async ValueTask<TOut> WatchAsync(EffectWatch watch, FlowContext scope, StepPath path, TIn input)
    {
        var result = await RunAsync(scope, path, input).ConfigureAwait(false);
        watch.OnInvoked(path, this, input, result);
        return result;
    }

    /// <summary>Whether one attempt without further ado is all that the options ask for.</summary>
    private bool IsPlain => Plan.Retries == 0 && Plan.Timeout is null && Plan.Source is null;

    /// <summary>Whether policies judge the invocation itself, and not only what happens inside.</summary>
    private protected virtual bool IsJudged(FlowRun run) => false;

    /// <summary>The body of one attempt, in its own context.</summary>
    private protected virtual ValueTask<TOut> ExecuteAsync(TIn input, FlowContext context) => Body.RunAsync(context, input);

    private ValueTask<TOut> RunAttempt(FlowContext scope, StepPath path, CancellationToken cancellationToken, TIn input) =>
        ChildScope.RunAsync(scope, path, cancellationToken, Plan.Lane ?? scope.Lane, Name, (flow: this, input), static (state, child) => state.flow.ExecuteAsync(state.input, child));
}
