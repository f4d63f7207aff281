using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>What makes two calls the same, and for how long.</summary>
internal sealed record CacheRule<TIn>(Func<TIn, string> Key, TimeSpan Duration, bool IsShared);

/// <summary>Reuses the result of another run for the same key.</summary>
internal sealed class CachedStep<TIn, TOut>(Step<TIn, TOut> inner, CacheRule<TIn> rule) : ScopedStep<TIn, TOut>(inner)
{
    internal override void Validate(DefectList defects, string path)
    {
        base.Validate(defects, path);
        foreach (var at in new StepPlace(Inner, path).Irreversible().Take(DefinitionCheck.MaxPerStep))
        {
            defects.Add(at, at == path ? "the step is irreversible and has a cache, which would let a run go on as if it had happened" : $"the step is irreversible, and the cache of '{path}' would let a run go on as if it had happened", "cache steps that only read, or declare it EffectClass.Idempotent when leaving it out does no harm");
        }
    }

    protected override void DescribeScope(FlowSketch sketch, string path)
    {
        var mark = sketch.Mark;
        base.DescribeScope(sketch, path);
        sketch.Annotate(mark, $"cache={rule.Duration}{(rule.IsShared ? " shared" : "")}");
    }

    internal override async ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input)
    {
        if (IsIrreversible) throw DefinitionCheck.Defects(this, path);
        var decision = path.Child("(cache)");
        if (scope.TryRecorded<TOut>(decision, DecisionKind.Cache, out var recorded))
        {
            scope.Raise(scope.Run.Replay!.Decision(decision)!.Label);
            return recorded;
        }

        var key = VerbCode.Run(scope, path, "the key of a cache", rule.Key, input) ?? throw VerbCode.At(scope, path, new FlowCodeException(path, "the key of a cache is null. Yield a text that says which results are alike."));
        var entry = rule.IsShared ? ResultKey.Shared(Identity, key) : ResultKey.For(scope.Principal, Identity, key);
        var hasStarted = HasStarted(scope, path, decision);
        if (!hasStarted)
        {
            if (scope.Run.Replay?.Outcome(path) is EffectFailedEntry refused) throw EffectOutcome.Recreate(refused);
            if (scope.Run.Runtime.Cache.TryGet<TOut>(entry, out var cached, out var label))
            {
                scope.ThrowIfCancelled();
                var reuse = new CacheReuse<TIn, TOut>((Step<TIn, TOut>)Inner.Unscoped, scope, path, decision);
                if (await reuse.TryAsync(input, cached, label).ConfigureAwait(false)) return reuse.Result;
            }
        }

        return await ComputeAsync(scope, path, input, entry, decision, hasStarted).ConfigureAwait(false);
    }

    private async ValueTask<TOut> ComputeAsync(FlowContext scope, StepPath path, TIn input, ResultKey entry, StepPath decision, bool hasStarted)
    {
        if (!Inner.IsEffect) scope.Decide(MissIn(decision), DecisionKind.Cache, false, static hit => hit, "no result to reuse");
        var before = scope.Label;
        var inside = scope.Collecting();
        try
        {
            var result = await Inner.InvokeAsync(inside, path, input).ConfigureAwait(false);
            scope.TakeState(inside);
            if (!hasStarted) scope.Run.Runtime.Cache.Set(entry, result, Label.Join(before, inside.Collected), rule.Duration);
            return result;
        }
        finally
        {
            scope.Raise(inside.Collected);
        }
    }

    /// <summary>
    /// Whether the recorded run went past the cache: a replay must, even when another run has filled it meanwhile. An effect has
    /// an outcome then; a flow has none of its own, so its miss is recorded.
    /// </summary>
    private bool HasStarted(FlowContext scope, StepPath path, StepPath decision) => Inner.IsEffect
        ? scope.Run.Replay?.Outcome(path) is not null
        : scope.TryRecorded<bool>(MissIn(decision), DecisionKind.Cache, out _);

    private static StepPath MissIn(StepPath decision) => decision.Child("(miss)");
}
