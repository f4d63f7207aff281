namespace AgentFlow;

/// <summary>Lets later agents see what a step yields.</summary>
internal sealed class ShownStep<TIn, TOut>(Step<TIn, TOut> inner, string? name) : ScopedStep<TIn, TOut>(inner)
{
    protected override void DescribeScope(FlowSketch sketch, string path)
    {
        var mark = sketch.Mark;
        base.DescribeScope(sketch, path);
        sketch.Annotate(mark, "shown");
    }

    internal override async ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input)
    {
        var inside = scope.Collecting();
        try
        {
            var result = await Inner.InvokeAsync(inside, path, input).ConfigureAwait(false);
            scope.TakeShown(inside, path, new ShownOutput<TOut>(name ?? Name, result, Label.Join(scope.Label, inside.Collected)));
            return result;
        }
        finally
        {
            scope.Raise(inside.Collected);
        }
    }
}
