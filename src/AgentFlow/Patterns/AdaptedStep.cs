namespace AgentFlow;

/// <summary>A step that stands in for another one under other types: it has its name, its path and its entries.</summary>
internal abstract class StandIn<TOuterIn, TIn, TOut, TOuterOut>(Step<TIn, TOut> inner) : Step<TOuterIn, TOuterOut>(inner.Name)
{
    protected Step<TIn, TOut> Inner => inner;

    internal sealed override string Kind => inner.Kind;

    internal sealed override object Identity => inner.Identity;

    internal sealed override Step Unscoped => inner.Unscoped;

    internal sealed override IReadOnlyList<StepPlace> Parts => [new(inner, "")];

    internal sealed override bool IsIrreversible => inner.IsIrreversible;

    internal sealed override void Describe(FlowSketch sketch, string path) => sketch.Whole(this, path, inner.Describe);

    internal sealed override void Validate(DefectList defects, string path) => inner.Validate(defects, path);
}

/// <summary>A step between two mappings.</summary>
internal sealed class AdaptedStep<TOuterIn, TIn, TOut, TOuterOut>(Step<TIn, TOut> inner, Func<TOuterIn, TIn> input, Func<TOut, TOuterOut> output) : StandIn<TOuterIn, TIn, TOut, TOuterOut>(inner)
{
    internal override async ValueTask<TOuterOut> InvokeAsync(FlowContext scope, StepPath path, TOuterIn value)
    {
        var given = VerbCode.Run(scope, path, "the mapping of a worker's task", input, value);
        return VerbCode.Run(scope, path, "the mapping of a worker's result", output, await Inner.InvokeAsync(scope, path, given).ConfigureAwait(false));
    }
}
