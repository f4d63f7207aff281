using System.Runtime.CompilerServices;

namespace AgentFlow;

// The priorities decide between overloads that a lambda fits alike; see FlowBuilder.Then.
public sealed partial class GraphBuilder<TIn>
{
    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <typeparam name="T1">What the first result is.</typeparam>
    /// <typeparam name="TOut">What the lambda yields.</typeparam>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="body">The body; called once per attempt. For options, add a step made by <c>Step.Create</c>.</param>
    /// <param name="first">The first result it takes.</param>
    /// <exception cref="ArgumentException">A result belongs to another graph.</exception>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, TOut>(string name, Func<T1, StepContext, ValueTask<TOut>> body, GraphNode<T1> first) =>
        Add(new SpreadStep<T1, TOut>(name, Given(body), (x, context) => body(x, context), isSynchronous: false), first);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, TOut>(string name, Func<T1, StepContext, Task<TOut>> body, GraphNode<T1> first) =>
        Add(new SpreadStep<T1, TOut>(name, Given(body), (x, context) => new(body(x, context)), isSynchronous: false), first);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, TOut>(string name, Func<T1, StepContext, TOut> body, GraphNode<T1> first) =>
        Add(new SpreadStep<T1, TOut>(name, Given(body), (x, context) => new(body(x, context)), isSynchronous: true), first);

    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, T2, TOut>(string name, Func<T1, T2, StepContext, ValueTask<TOut>> body, GraphNode<T1> first, GraphNode<T2> second) =>
        Add(new SpreadStep<(T1, T2), TOut>(name, Given(body), (x, context) => body(x.Item1, x.Item2, context), isSynchronous: false), first, second);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, T2, TOut>(string name, Func<T1, T2, StepContext, Task<TOut>> body, GraphNode<T1> first, GraphNode<T2> second) =>
        Add(new SpreadStep<(T1, T2), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, context)), isSynchronous: false), first, second);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, T2, TOut>(string name, Func<T1, T2, StepContext, TOut> body, GraphNode<T1> first, GraphNode<T2> second) =>
        Add(new SpreadStep<(T1, T2), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, context)), isSynchronous: true), first, second);

    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, T2, T3, TOut>(string name, Func<T1, T2, T3, StepContext, ValueTask<TOut>> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third) =>
        Add(new SpreadStep<(T1, T2, T3), TOut>(name, Given(body), (x, context) => body(x.Item1, x.Item2, x.Item3, context), isSynchronous: false), first, second, third);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, T2, T3, TOut>(string name, Func<T1, T2, T3, StepContext, Task<TOut>> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third) =>
        Add(new SpreadStep<(T1, T2, T3), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, context)), isSynchronous: false), first, second, third);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, T2, T3, TOut>(string name, Func<T1, T2, T3, StepContext, TOut> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third) =>
        Add(new SpreadStep<(T1, T2, T3), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, context)), isSynchronous: true), first, second, third);

    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, TOut>(string name, Func<T1, T2, T3, T4, StepContext, ValueTask<TOut>> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth) =>
        Add(new SpreadStep<(T1, T2, T3, T4), TOut>(name, Given(body), (x, context) => body(x.Item1, x.Item2, x.Item3, x.Item4, context), isSynchronous: false), first, second, third, fourth);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, TOut>(string name, Func<T1, T2, T3, T4, StepContext, Task<TOut>> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth) =>
        Add(new SpreadStep<(T1, T2, T3, T4), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, context)), isSynchronous: false), first, second, third, fourth);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, TOut>(string name, Func<T1, T2, T3, T4, StepContext, TOut> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth) =>
        Add(new SpreadStep<(T1, T2, T3, T4), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, context)), isSynchronous: true), first, second, third, fourth);

    private static Delegate Given(Delegate body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body;
    }
}
