namespace AgentFlow;

/// <summary>Where flows begin: fluently with <see cref="Start{T}"/>, or as C# code with <c>FromCode</c>.</summary>
public static partial class Flow
{
    /// <summary>Begins a flow that takes a <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">What the flow takes.</typeparam>
    /// <param name="name">The flow's name, the first segment of every path in its runs.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    public static FlowBuilder<T, T> Start<T>(string name) => new(new FlowDraft(name), new InputNode<T>());

    /// <summary>
    /// A flow from ordinary C# control flow over its context. The code must be deterministic: time, ids, randomness, waiting and
    /// concurrency come from the context only.
    /// </summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="name">The flow's name.</param>
    /// <param name="body">The code; re-executed on replay.</param>
    /// <param name="version">The version of the code, at least 1: raise it when a change alters the order or names of its steps.</param>
    public static Flow<TIn, TOut> FromCode<TIn, TOut>(string name, Func<TIn, FlowContext, ValueTask<TOut>> body, int version = 1)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return new(name, new CodeNode<TIn, TOut>(body), version);
    }
}
