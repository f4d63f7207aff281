namespace AgentFlow;

/// <summary>A verb that is flow code in a scope of its own: its participants run at <c>name/participant</c>, the second use at <c>name/participant#2</c>.</summary>
internal abstract class PatternNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous, string name) : FlowNode<TIn, TCurrent, TOut>(previous)
{
    protected string Name => name;

    protected sealed override ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value) =>
        ChildScope.RunAsync(context, context.Path.Child(name), (node: this, value), static (state, scope) => state.node.RunAsync(state.value, scope));

    protected abstract ValueTask<TOut> RunAsync(TCurrent value, FlowContext scope);

    protected sealed override void DescribeVerb(FlowSketch sketch) => sketch.Within(sketch.Use(name), DescribeInside);

    /// <summary>Adds the verb; the sketch's scope is the verb's path.</summary>
    protected abstract void DescribeInside(FlowSketch sketch);
}
