using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>Reuses the result of another run for the same key.</summary>
internal sealed class CachedStep<TIn, TOut>(Step<TIn, TOut> inner, Func<TIn, string> key, TimeSpan duration) : ScopedStep<TIn, TOut>(inner)
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
        sketch.Annotate(mark, $"cache={duration}");
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

        var entry = (Identity, VerbCode.Run(scope, path, "the key of a cache", key, input) ?? throw VerbCode.At(scope, path, new FlowCodeException(path, "the key of a cache is null. Yield a text that says which results are alike.")));
        var hasStarted = HasStarted(scope, path, decision);
        if (!hasStarted && scope.Run.Runtime.Cache.TryGet<TOut>(entry, out var cached, out var label)) return Reuse(scope, decision, cached, label);
        if (!Inner.IsEffect) scope.Decide(MissIn(decision), DecisionKind.Cache, false, static hit => hit, "no result to reuse");
        var inside = scope.Collecting();
        try
        {
            var result = await Inner.InvokeAsync(inside, path, input).ConfigureAwait(false);
            if (!hasStarted) scope.Run.Runtime.Cache.Set(entry, result, inside.Collected, duration);
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

    /// <summary>
    /// Whether the recorded run went past the cache: a replay must, even when another run has filled it meanwhile. An effect has
    /// an outcome then; a flow has none of its own, so its miss is recorded.
    /// </summary>
    private bool HasStarted(FlowContext scope, StepPath path, StepPath decision) => Inner.IsEffect
        ? scope.Run.Replay?.Outcome(path) is not null
        : scope.TryRecorded<bool>(MissIn(decision), DecisionKind.Cache, out _);

    private static StepPath MissIn(StepPath decision) => decision.Child("(miss)");
}
