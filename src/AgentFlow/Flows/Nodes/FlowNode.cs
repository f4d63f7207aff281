namespace AgentFlow;

/// <summary>
/// A verb of a built flow, with everything before it. Definitions only: runs pass through, nothing is kept.
/// </summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the verb yields.</typeparam>
internal abstract class FlowNode<TIn, TOut>
{
    public abstract ValueTask<TOut> RunAsync(FlowContext context, TIn input);

    /// <summary>Adds the verb, and everything before it, to a description.</summary>
    public abstract void Describe(FlowSketch sketch);
}

/// <summary>A verb behind another one.</summary>
internal abstract class FlowNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous) : FlowNode<TIn, TOut>
{
    public sealed override ValueTask<TOut> RunAsync(FlowContext context, TIn input)
    {
        var before = previous.RunAsync(context, input);
        return before.IsCompletedSuccessfully ? ApplyAsync(context, before.Result) : ContinueAsync(before, context);
    }

    public sealed override void Describe(FlowSketch sketch)
    {
        previous.Describe(sketch);
        DescribeVerb(sketch);
    }

    protected abstract ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value);

    protected abstract void DescribeVerb(FlowSketch sketch);

    private async ValueTask<TOut> ContinueAsync(ValueTask<TCurrent> before, FlowContext context)
    {
        var value = await before.ConfigureAwait(false);
        return await ApplyAsync(context, value).ConfigureAwait(false);
    }
}

/// <summary>The beginning of a flow: yields its input.</summary>
internal sealed class InputNode<T> : FlowNode<T, T>
{
    public override ValueTask<T> RunAsync(FlowContext context, T input) => new(input);

    public override void Describe(FlowSketch sketch)
    {
    }
}

/// <summary>A body of which a description sees nothing: the flow is a single node there.</summary>
internal abstract class OpaqueNode<TIn, TOut> : FlowNode<TIn, TOut>
{
    public sealed override void Describe(FlowSketch sketch)
    {
    }
}

/// <summary>A flow written as code.</summary>
internal sealed class CodeNode<TIn, TOut>(Func<TIn, FlowContext, ValueTask<TOut>> body) : OpaqueNode<TIn, TOut>
{
    public override ValueTask<TOut> RunAsync(FlowContext context, TIn input) => body(input, context);
}
