using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// The one way to an effect. The order, stated once:
/// <code>
/// recorded? → return the recorded outcome
/// policy(request) → approval, when demanded → policy(request) again, when it waited
///   → budget reserve (never waits)
///   → per attempt, under the effect's resilience pipeline: slot → journal(intent, Irreversible only) → effect
///   → budget settle → policy(result) → journal(outcome)
/// </code>
/// A run and a step that need none of it take the short way: call the body, journal the outcome. The rest is
/// <see cref="EffectCall{TIn,TOut}"/>.
/// </summary>
internal static class EffectGate<TIn, TOut>
{
    public static ValueTask<TOut> RunAsync(EffectStep<TIn, TOut> step, FlowContext scope, StepPath path, TIn input)
    {
        if ((scope.Features & ~RunFeatures.Services) == RunFeatures.None && step.Plan.IsPlain && step.RouteOf(input, scope.Run) is null) return RunPlain(step, scope, path, input);
        if (scope.Run.Replay is { } replay && replay.Outcome(path) is { } recorded)
        {
            scope.Raise(recorded.Label);
            if (recorded is EffectCompletedEntry && scope.Run.Runtime.Options.Watch is { SeesInvocations: true } seeing) seeing.OnInvoked(path, step, input, recorded.Value);
            return recorded.Given is { } given && IsOther(given, step, input, scope.Run.Runtime) is { } other
                ? ValueTask.FromException<TOut>(Diverged(step, path, given, other))
                : Recorded(step, scope.Run, recorded);
        }

        var call = new EffectCall<TIn, TOut>(step, scope, path, input);
        return scope.Run.Runtime.Options.Watch is { } watch ? watch.RunAsync(call, scope.Run, path) : call.RunAsync();
    }

    /// <summary>What the effect is given now, when it is known to be something else.</summary>
    private static InputPrint? IsOther(InputPrint given, EffectStep<TIn, TOut> step, TIn input, FlowRuntime runtime) =>
        runtime.Options.ChecksInputs && step.PrintOf(input, runtime) is { } now && now.Differs(given) ? now : null;

    private static FlowNondeterminismException Diverged(Step step, StepPath path, InputPrint given, InputPrint now) => new(
        path,
        $"step {step.Name} with an input of digest {given.Value:x16}",
        $"the same step with another input, of digest {now.Value:x16}",
        "Flow code must come to the same inputs from the same results. Undo the change in front of the step, or give the flow a new version; FlowRuntimeOptions.ChecksInputs = false goes on with the recorded result. Then recover the run again.")
    {
        IsCurable = true,
    };

    private static ValueTask<TOut> RunPlain(EffectStep<TIn, TOut> step, FlowContext scope, StepPath path, TIn input)
    {
        var token = scope.CancellationToken;
        if (token.IsCancellationRequested || scope.Run.IsHalted) return new EffectCall<TIn, TOut>(step, scope, path, input).RunAsync();
        if (scope.Run.Events.IsEnabled) scope.Run.Events.Publish(new EffectStarted(path, 1));
        ValueTask<TOut> body;
        try
        {
            body = scope.Features == RunFeatures.None
                ? step.ExecuteAsync(input, new StepContext(scope.Run, path, token))
                : new AttemptScope(scope.Run, path, attempt: 1).CallAsync(step, input, token);
            if (!body.IsCompleted) return PlainEffect<TIn, TOut>.Start(step, scope, path, input, body);
            return new(Complete(step, scope, path, input, body.Result));
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<TOut>(EffectOutcome.Fail(scope, step, path, exception, detail: step.DetailOf(input, default, scope.Run)));
        }
    }

    public static TOut Complete(EffectStep<TIn, TOut> step, FlowContext scope, StepPath path, TIn input, TOut result)
    {
        scope.Run.Append(new EffectCompletedEntry<TOut>(path, step.Name, result) { Label = scope.Label, Detail = step.DetailOf(input, result, scope.Run) });
        return result;
    }

    /// <summary>A recorded outcome as the flow sees it.</summary>
    public static ValueTask<TOut> Recorded(EffectStep<TIn, TOut> step, FlowRun run, JournalEntry recorded) => recorded switch
    {
        EffectCompletedEntry { Withheld: { } reason } => ValueTask.FromException<TOut>(new PolicyDeniedException(reason, recorded.Path)),
        EffectCompletedEntry<TOut> completed when completed.StepName == step.Name => new(completed.Result),
        StoredEffectCompletedEntry stored when stored.StepName == step.Name => Read(stored, run.Runtime),
        EffectCompletedEntry other => ValueTask.FromException<TOut>(new FlowNondeterminismException(other.Path, $"step {other.StepName} yielding {other.ResultType}", step.ToString())),
        EffectFailedEntry failed => ValueTask.FromException<TOut>(EffectOutcome.Recreate(failed)),
        _ => throw new InvalidOperationException($"An entry of kind {recorded.Kind} is no outcome."),
    };

    private static ValueTask<TOut> Read(StoredEffectCompletedEntry stored, FlowRuntime runtime)
    {
        try
        {
            return new(RecordedValue.Read<TOut>(runtime, stored.Path, $"step {stored.StepName} yielding a result", stored.Payload, stored.ResultType));
        }
        catch (FlowNondeterminismException exception)
        {
            return ValueTask.FromException<TOut>(exception);
        }
    }
}
