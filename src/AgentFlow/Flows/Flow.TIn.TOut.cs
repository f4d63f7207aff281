using AgentFlow.Journaling;

namespace AgentFlow;

internal interface IFlowDefinition
{
    int Version { get; }

    string Fingerprint { get; }

    FlowIdentity Identity { get; }
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
    internal Flow(string name, FlowNode<TIn, TOut> body, int version = 1)
        : base(name)
    {
        Body = body;
        Version = version;
        Identity = new FlowIdentity(name, version, typeof(TIn), () => Fingerprint);
    }

    /// <summary>The version, from 1. A run continues on the version it started with.</summary>
    public int Version { get; }

    /// <summary>
    /// A hash over verbs, names, types, bounds, case keys and options. Lambdas and instructions are not in it: a change of those is
    /// not seen.
    /// </summary>
    public string Fingerprint => $"{StableHash.Of($"{Name}|{Version}|{TypeNames.Short(InputType)}|{TypeNames.Short(OutputType)}"):x16}";

    /// <inheritdoc/>
    FlowIdentity IFlowDefinition.Identity => Identity;

    private FlowIdentity Identity { get; }

    internal override string Kind => "flow";

    internal FlowNode<TIn, TOut> Body { get; }

    internal ValueTask<TOut> RunRootAsync(FlowRun run, TIn input)
    {
        var root = new FlowContext(run, run.RootPath, run.CancellationToken, run.Options.InputLabel, Plan.Lane, Name);
        var result = Plan.Retries == 0 && Plan.Timeout is null
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

    /// <summary>The body of one attempt, in its own context. Agents add their gate around it.</summary>
    private protected virtual ValueTask<TOut> ExecuteAsync(TIn input, FlowContext context) => Body.RunAsync(context, input);

    private ValueTask<TOut> RunAttempt(FlowContext scope, StepPath path, CancellationToken cancellationToken, TIn input) =>
        ChildScope.RunAsync(scope, path, cancellationToken, Plan.Lane ?? scope.Lane, Name, (flow: this, input), static (state, child) => state.flow.ExecuteAsync(state.input, child));

    /// <summary>Each attempt is a scope of its own, and going on is a decision: a retry never meets the recorded failures of the last one.</summary>
    private async ValueTask<TOut> RunAttemptsAsync(FlowContext scope, StepPath path, TIn input)
    {
        for (var attempt = 1; ; attempt++)
        {
            var at = path.Attempt(attempt);
            if (scope.TryRecorded<string>(at, DecisionKind.Attempt, out var recorded))
            {
                scope.Run.Abandon(at);
                if (attempt > Plan.Retries) throw new EffectFailedException("Timeout", recorded, path);
                await DelayAsync(scope, at, attempt).ConfigureAwait(false);
                continue;
            }

            try
            {
                return await RunTimedAsync(scope, at, input).ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt <= Plan.Retries && Resilience.MayRepeat(exception) && !scope.CancellationToken.IsCancellationRequested)
            {
                scope.Decide(at, DecisionKind.Attempt, $"{EffectOutcome.TypeOf(exception)}: {exception.Message}", static text => text, $"attempt {attempt} failed, another follows");
                scope.Run.Abandon(at);
            }

            await DelayAsync(scope, at, attempt).ConfigureAwait(false);
        }
    }

    private async ValueTask<TOut> RunTimedAsync(FlowContext scope, StepPath at, TIn input)
    {
        if (Plan.Timeout is not { } timeout) return await RunAttempt(scope, at, scope.CancellationToken, input).ConfigureAwait(false);
        using var attempt = new FlowTimeout(scope, at, timeout);
        return await attempt.RunAsync(RunAttempt(scope, at, attempt.Token, input)).ConfigureAwait(false);
    }

    private async ValueTask DelayAsync(FlowContext scope, StepPath at, int attempt)
    {
        var delay = Plan.RetryDelay * Math.Pow(2, attempt - 1);
        if (delay > TimeSpan.Zero) await scope.Run.DelayAsync(at.Child("backoff"), delay, scope.CancellationToken).ConfigureAwait(false);
    }
}
