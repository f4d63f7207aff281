namespace AgentFlow;

/// <summary>A verb of a built flow, linked to the one before it.</summary>
internal abstract class FlowNode
{
    /// <summary>The verb before this one; null at the beginning of a flow.</summary>
    public virtual FlowNode? Previous => null;

    /// <summary>How many verbs the chain up to here has.</summary>
    public virtual int Length => 1;

    /// <summary>Adds the verb, and everything before it, to a description. A loop: chains may be longer than a stack is deep.</summary>
    public void Describe(FlowSketch sketch)
    {
        var chain = new Stack<FlowNode>();
        for (var node = this; node is not null; node = node.Previous) chain.Push(node);
        foreach (var node in chain) node.DescribeVerb(sketch);
    }

    /// <summary>Adds the verb alone.</summary>
    protected virtual void DescribeVerb(FlowSketch sketch)
    {
    }
}

/// <summary>
/// A verb of a built flow, with everything before it. Definitions only: runs pass through, nothing is kept.
/// </summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the verb yields.</typeparam>
internal abstract class FlowNode<TIn, TOut> : FlowNode
{
    public abstract ValueTask<TOut> RunAsync(FlowContext context, TIn input);
}

/// <summary>A verb behind another one.</summary>
internal abstract class FlowNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous) : FlowNode<TIn, TOut>
{
    public sealed override FlowNode? Previous => previous;

    public sealed override int Length { get; } = previous.Length + 1;

    public sealed override ValueTask<TOut> RunAsync(FlowContext context, TIn input)
    {
        var before = previous.RunAsync(context, input);
        return before.IsCompletedSuccessfully ? ApplyAsync(context, before.Result) : ContinueAsync(before, context);
    }

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

/// <summary>A body of which a description sees nothing: the flow is a single node there.</summary>
internal abstract class OpaqueNode<TIn, TOut> : FlowNode<TIn, TOut>
{
}

/// <summary>A flow written as code.</summary>
internal sealed class CodeNode<TIn, TOut>(Func<TIn, FlowContext, ValueTask<TOut>> body) : OpaqueNode<TIn, TOut>
{
    public override ValueTask<TOut> RunAsync(FlowContext context, TIn input) => body(input, context);
}
