namespace AgentFlow;

/// <summary>Does steps one after the other, and undoes them in reverse when one of them fails or the run is cancelled.</summary>
internal sealed class CompensateNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous, string name, SagaStep[] steps) : PatternNode<TIn, TCurrent, TOut>(previous, name)
{
    protected override async ValueTask<TOut> RunAsync(TCurrent value, FlowContext scope) => (TOut)(await new Saga(scope, steps).RunAsync(value).ConfigureAwait(false))!;

    protected override void DescribeInside(FlowSketch sketch)
    {
        foreach (var step in steps) step.Describe(sketch);
        var last = sketch.Ends;
        sketch.Label("fails", DescribedEdgeKind.Failed);
        sketch.Add(sketch.Scope, Name, "compensate", typeof(TCurrent), typeof(TOut), $"steps={steps.Length}; undo={steps.Count(step => step.HasUndo)}");
        sketch.Label("undo", DescribedEdgeKind.Failed);
        sketch.Within($"{sketch.Scope}/{Saga.Undo}", inside =>
        {
            foreach (var step in steps.Reverse()) step.DescribeUndo(inside);
        });
        sketch.Ends = last;
    }
}
