using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>A scope around a step: the step keeps its own path, the scope decides.</summary>
internal abstract class ScopedStep<TIn, TOut> : Step<TIn, TOut>
{
    protected ScopedStep(Step<TIn, TOut> inner)
        : base(inner.Name)
    {
        Inner = inner;
        Plan = inner.Plan;
    }

    protected Step<TIn, TOut> Inner { get; private set; }

    internal override string Kind => Inner.Kind;

    internal override object Identity => Inner.Identity;

    internal override bool IsSameDefinition(Step other) => ReferenceEquals(this, other) || Inner.IsSameDefinition(other);

    /// <summary>Options are the business of the step inside.</summary>
    internal override Step<TIn, TOut> With(StepPlan plan)
    {
        var copy = (ScopedStep<TIn, TOut>)base.With(plan);
        copy.Inner = Inner.With(plan);
        return copy;
    }

    internal override void CheckAgainst(FlowRuntime runtime, DefectList defects, string path) => runtime.Check(Inner, path, defects);
}

/// <summary>Runs a substitute when the step has failed for good.</summary>
internal sealed class FallbackStep<TIn, TOut>(Step<TIn, TOut> inner, Step<TIn, TOut> substitute) : ScopedStep<TIn, TOut>(inner)
{
    internal override void CheckAgainst(FlowRuntime runtime, DefectList defects, string path)
    {
        base.CheckAgainst(runtime, defects, path);
        runtime.Check(substitute, $"{path}/fallback/{substitute.Name}", defects);
    }

    internal override async ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input)
    {
        var decision = path.Child("fallback");
        if (scope.TryRecorded<string>(decision, DecisionKind.Fallback, out _))
        {
            scope.Run.Abandon(path);
        }
        else
        {
            try
            {
                return await Inner.InvokeAsync(scope, path, input).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or FlowNondeterminismException or FlowContextMisuseException))
            {
                scope.Decide(decision, DecisionKind.Fallback, substitute.Name, static name => name, $"{EffectOutcome.TypeOf(exception)}: {exception.Message}");
                if (scope.Run.Replay is not null) scope.Run.Abandon(path);
            }
        }

        return await substitute.InvokeAsync(scope, decision.Child(substitute.Name), input).ConfigureAwait(false);
    }
}

/// <summary>Reuses the result of another run for the same key.</summary>
internal sealed class CachedStep<TIn, TOut>(Step<TIn, TOut> inner, Func<TIn, string> key, TimeSpan duration) : ScopedStep<TIn, TOut>(inner)
{
    internal override async ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input)
    {
        var decision = path.Child("cache");
        if (scope.TryRecorded<TOut>(decision, DecisionKind.Cache, out var recorded))
        {
            scope.Raise(scope.Run.Replay!.Decision(decision)!.Label);
            return recorded;
        }

        var entry = (Identity, key(input));
        var isReplayed = scope.Run.Replay?.Outcome(path) is not null;
        if (!isReplayed && scope.Run.Runtime.Cache.TryGet<TOut>(entry, out var cached, out var label)) return Reuse(scope, decision, cached, label);
        var inside = scope.Collecting();
        try
        {
            var result = await Inner.InvokeAsync(inside, path, input).ConfigureAwait(false);
            if (!isReplayed) scope.Run.Runtime.Cache.Set(entry, result, inside.Collected, duration);
            return result;
        }
        finally
        {
            scope.Raise(inside.Collected);
        }
    }

    /// <summary>A reused result is as trustworthy as it was.</summary>
    private static TOut Reuse(FlowContext scope, StepPath decision, TOut cached, Label? label)
    {
        scope.ThrowIfCancelled();
        scope.Raise(label);
        scope.Run.Append(new DecisionMadeEntry<TOut>(decision, DecisionKind.Cache, cached, "a result of an earlier run was reused") { Label = Label.Join(scope.Label, label) });
        return cached;
    }
}
