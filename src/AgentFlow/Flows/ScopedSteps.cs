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

    internal sealed override string Kind => Inner.Kind;

    internal sealed override object Identity => Inner.Identity;

    internal sealed override Step Unscoped => Inner.Unscoped;

    /// <summary>Options are the business of the step inside.</summary>
    internal sealed override Step<TIn, TOut> With(StepPlan plan)
    {
        var copy = (ScopedStep<TIn, TOut>)base.With(plan);
        copy.Inner = Inner.With(plan);
        return copy;
    }

    internal override IReadOnlyList<StepPlace> Parts => [new(Inner, "")];

    internal sealed override bool IsIrreversible => Parts.Any(part => part.Step.IsIrreversible);

    internal sealed override void Describe(FlowSketch sketch, string path) => sketch.Whole(this, path, DescribeScope);

    internal override void Validate(DefectList defects, string path)
    {
        foreach (var part in Parts) part.Step.Validate(defects, path + part.Path);
    }

    protected virtual void DescribeScope(FlowSketch sketch, string path) => Inner.Describe(sketch, path);
}

/// <summary>Runs a substitute when the step has failed for good.</summary>
internal sealed class FallbackStep<TIn, TOut>(Step<TIn, TOut> inner, Step<TIn, TOut> substitute) : ScopedStep<TIn, TOut>(inner)
{
    private const string DecisionName = "(fallback)";

    internal override IReadOnlyList<StepPlace> Parts => [new(Inner, ""), new(substitute, $"/{DecisionName}/{substitute.Name}")];

    protected override void DescribeScope(FlowSketch sketch, string path)
    {
        base.DescribeScope(sketch, path);
        var ends = sketch.Ends;
        sketch.Label("fails", DescribedEdgeKind.Failed);
        substitute.Describe(sketch, $"{path}/{DecisionName}/{substitute.Name}");
        sketch.Ends = [.. ends, .. sketch.Ends];
    }

    internal override async ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input)
    {
        var decision = path.Child(DecisionName);
        if (!scope.TryRecorded<string>(decision, DecisionKind.Fallback, out _))
        {
            try
            {
                return await Inner.InvokeAsync(scope, path, input).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException && !Resilience.IsBrokenContract(exception))
            {
                scope.Decide(decision, DecisionKind.Fallback, substitute.Name, static name => name, $"{EffectOutcome.TypeOf(exception)}: {exception.Message}");
            }
        }

        scope.Run.AbandonStep(path);
        return await substitute.InvokeAsync(scope, decision.Child(substitute.Name), input).ConfigureAwait(false);
    }
}
