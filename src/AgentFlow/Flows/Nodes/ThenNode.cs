namespace AgentFlow;

internal sealed class ThenNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous, StepUse<TCurrent, TOut> step)
    : FlowNode<TIn, TCurrent, TOut>(previous)
{
    protected override ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value) => step.InvokeAsync(context, context.Path, value);

    protected override void DescribeVerb(FlowSketch sketch) => step.Describe(sketch);
}
