namespace AgentFlow;

/// <summary>
/// A verb of a built flow, with everything before it. Definitions only: runs pass through, nothing is kept.
/// </summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the verb yields.</typeparam>
internal abstract class FlowNode<TIn, TOut>
{
    public abstract ValueTask<TOut> RunAsync(FlowContext context, TIn input);
}

/// <summary>A verb behind another one.</summary>
internal abstract class FlowNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous) : FlowNode<TIn, TOut>
{
    public sealed override ValueTask<TOut> RunAsync(FlowContext context, TIn input)
    {
        var before = previous.RunAsync(context, input);
        return before.IsCompletedSuccessfully ? ApplyAsync(context, before.Result) : ContinueAsync(before, context);
    }

    protected FlowNode<TIn, TCurrent> Previous => previous;

    protected abstract ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value);

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
}

/// <summary>A flow written as code.</summary>
internal sealed class CodeNode<TIn, TOut>(Func<TIn, FlowContext, ValueTask<TOut>> body) : FlowNode<TIn, TOut>
{
    public override ValueTask<TOut> RunAsync(FlowContext context, TIn input) => body(input, context);
}
