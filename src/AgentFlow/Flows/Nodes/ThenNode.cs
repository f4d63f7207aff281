namespace AgentFlow;

internal sealed class ThenNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous, Step<TCurrent, TOut> step, int occurrence)
    : FlowNode<TIn, TCurrent, TOut>(previous)
{
    protected override ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value) =>
        step.InvokeAsync(context, context.Path.Child(step.Name, occurrence), value);
}
