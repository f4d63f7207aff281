using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentFlow.Journaling;

namespace AgentFlow;

internal interface IFlowDefinition
{
    int Version { get; }

    string Fingerprint { get; }

    FlowIdentity Identity { get; }

    /// <summary>Describes the flow from its input to its output.</summary>
    FlowSketch Sketch();

    /// <summary>A run of this flow that continues from stored entries.</summary>
    FlowRun Restore(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries, long epoch);
}

/// <summary>What a run's first entry says about its flow. One per definition; the fingerprint is computed when it is asked for.</summary>
internal sealed class FlowIdentity(string name, int version, Type? inputType, Func<string> fingerprint)
{
    private readonly Lazy<string> _fingerprint = new(fingerprint);

    public string Name => name;

    public int Version => version;

    /// <summary>Null when the entry was read from a store.</summary>
    public Type? InputType => inputType;

    public string Fingerprint => _fingerprint.Value;
}

/// <summary>
/// A step that only orchestrates other steps. Deterministic, never recorded itself, re-executed on replay. Immutable and
/// thread-safe: one definition serves any number of concurrent runs.
/// </summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it yields.</typeparam>
public class Flow<TIn, TOut> : Step<TIn, TOut>, IFlowDefinition
{
    private FlowDescription? _described;
    private FlowIdentity? _identity;

    internal Flow(string name, FlowNode<TIn, TOut> body, int version = 1, int? resumes = null)
        : base(name)
    {
        Body = body;
        Version = version;
        Resumes = resumes;
    }

    /// <summary>The version, from 1. A run continues on the version it started with.</summary>
    public int Version { get; }

    /// <summary>The oldest version whose runs this one may continue, or <see langword="null"/> when it continues its own only.</summary>
    public int? Resumes { get; }

    /// <summary>
    /// A hash over verbs, names, types, bounds, case keys and options, nested flows included; the same in every process. Lambdas,
    /// code and instructions are not in it: a change of those is not seen. A flow stands in it with the version that it resumes.
    /// </summary>
    public string Fingerprint => Describe().Fingerprint;

    /// <summary>A copy under another name is another flow to the journal.</summary>
    FlowIdentity IFlowDefinition.Identity => _identity is { } known && known.Name == Name ? known : _identity = new(Name, Version, typeof(TIn), () => Fingerprint);

    FlowRun IFlowDefinition.Restore(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries, long epoch)
    {
        var started = (RunStartedEntry)entries[0];
        var input = started.Value is JsonElement json
            ? json.Deserialize((JsonTypeInfo<TIn>)runtime.Json.GetTypeInfo(typeof(TIn)))!
            : (TIn)started.Value!;
        var run = new FlowRun<TIn, TOut>(runtime, started.RunId, this, input, started.Options, hasHandle: true);
        run.Restore(entries, epoch);
        return run;
    }

    internal override string Kind => "flow";

    internal FlowNode<TIn, TOut> Body { get; }

    /// <summary>The flow's structure as nodes and edges. What code does inside of <c>Flow.FromCode</c> is not seen.</summary>
    public FlowDescription Describe()
    {
        // A copy under another name or with other options carries what its original has described.
        if (_described is { } known && known.Name == Name && ReferenceEquals(known.Plan, Plan)) return known;
        return _described = new FlowDescription(Name, Version, Plan, ((IFlowDefinition)this).Sketch());
    }

    FlowSketch IFlowDefinition.Sketch()
    {
        var sketch = new FlowSketch(Name);
        sketch.Add($"{Name}/(input)", "input", "input", InputType, InputType, Structure);
        if (Body is OpaqueNode<TIn, TOut>) Describe(sketch, Name);
        else sketch.Root(this, Body.Describe);
        sketch.Add($"{Name}/(output)", "output", "output", OutputType, OutputType);
        return sketch;
    }

    internal override void Describe(FlowSketch sketch, string path)
    {
        if (Body is OpaqueNode<TIn, TOut>) sketch.Add(this, path, Structure);
        else sketch.Nest(this, path, Structure, Body.Describe);
    }

    internal override void Validate(DefectList defects, string path)
    {
        if (Plan.Effect != EffectClass.Idempotent) defects.Add(path, "an effect class has no meaning on a flow", "declare it on the steps inside");
        if (Plan.Hedged) defects.Add(path, "hedging has no effect on a flow", "hedge the steps inside; a flow knows Retry, Timeout, Lane, Source, Fallback and Cache");
    }

    /// <summary>What belongs to the structure beside the nodes.</summary>
    private protected virtual string Structure => $"version={Resumes ?? Version}";

    internal ValueTask<TOut> RunRootAsync(FlowRun run, TIn input)
    {
        var root = new FlowContext(run, run.RootPath, run.CancellationToken, run.InputLabel, Plan.Lane, Name, run.Span);
        var result = Plan.Retries == 0 && Plan.Timeout is null && !IsJudged(run)
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
        if (Plan.Retries == 0 && Plan.Timeout is null) return RunAttempt(scope, path, scope.CancellationToken, input);
        return RunAttemptsAsync(scope, path, input);
    }

    /// <summary>Whether policies judge the invocation itself, and not only what happens inside.</summary>
    private protected virtual bool IsJudged(FlowRun run) => false;

    /// <summary>The body of one attempt, in its own context.</summary>
    private protected virtual ValueTask<TOut> ExecuteAsync(TIn input, FlowContext context) => Body.RunAsync(context, input);

    private ValueTask<TOut> RunAttempt(FlowContext scope, StepPath path, CancellationToken cancellationToken, TIn input) =>
        ChildScope.RunAsync(scope, path, cancellationToken, Plan.Lane ?? scope.Lane, Name, (flow: this, input), static (state, child) => state.flow.ExecuteAsync(state.input, child));

    /// <summary>Each attempt is a scope of its own, and going on is a decision: a retry never meets the recorded failures of the last one.</summary>
    private async ValueTask<TOut> RunAttemptsAsync(FlowContext scope, StepPath path, TIn input)
    {
        for (var attempt = 1; ; attempt++)
        {
            var at = path.Attempt(attempt);
            Exception? exceeded = null;
            if (!scope.TryRecorded<string>(at, DecisionKind.Attempt, out _))
            {
                try
                {
                    return await RunTimedAsync(scope, at, input).ConfigureAwait(false);
                }
                catch (Exception exception) when (FlowTimeout.IsExceeded(exception, at))
                {
                    exceeded = exception;
                }
                catch (Exception exception) when (attempt <= Plan.Retries && Resilience.MayRepeat(exception, scope.CancellationToken) && !scope.IsCancelled)
                {
                    scope.Decide(at, DecisionKind.Attempt, $"{EffectOutcome.TypeOf(exception)}: {exception.Message}", static text => text, $"attempt {attempt} failed, another follows");
                }
            }

            scope.Run.Abandon(at);
            if (attempt > Plan.Retries) throw exceeded ?? FlowTimeout.Exceeded(at, Plan.Timeout ?? default);
            await DelayAsync(scope, at, attempt).ConfigureAwait(false);
        }
    }

    private async ValueTask<TOut> RunTimedAsync(FlowContext scope, StepPath at, TIn input)
    {
        if (Plan.Timeout is not { } timeout) return await RunAttempt(scope, at, scope.CancellationToken, input).ConfigureAwait(false);
        using var limit = FlowTimeout.TryStart(scope, at, timeout);
        if (limit is null) throw FlowTimeout.Exceeded(at, timeout);
        TOut result;
        try
        {
            result = await RunAttempt(scope, at, limit.Token, input).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (limit.TryEnd() || scope.IsCancelled) throw;
            throw FlowTimeout.Exceeded(at, timeout, exception);
        }

        return limit.TryEnd() ? result : throw FlowTimeout.Exceeded(at, timeout);
    }

    private async ValueTask DelayAsync(FlowContext scope, StepPath at, int attempt)
    {
        var delay = Plan.RetryDelay * Math.Pow(2, attempt - 1);
        if (delay > TimeSpan.Zero) await scope.Run.DelayAsync(at.Child("backoff"), delay, scope.CancellationToken).ConfigureAwait(false);
    }
}
