using System.Runtime.CompilerServices;

namespace AgentFlow;

public sealed partial class GraphBuilder<TIn>
{
    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, TOut>(
        string name, Func<T1, T2, T3, T4, T5, StepContext, ValueTask<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5), TOut>(name, Given(body), (x, context) => body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, context), isSynchronous: false), first, second, third, fourth, fifth);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, TOut>(
        string name, Func<T1, T2, T3, T4, T5, StepContext, Task<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, context)), isSynchronous: false), first, second, third, fourth, fifth);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, TOut>(
        string name, Func<T1, T2, T3, T4, T5, StepContext, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, context)), isSynchronous: true), first, second, third, fourth, fifth);

    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, StepContext, ValueTask<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6), TOut>(name, Given(body), (x, context) => body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, context), isSynchronous: false), first, second, third, fourth, fifth, sixth);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, StepContext, Task<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, context)), isSynchronous: false), first, second, third, fourth, fifth, sixth);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, StepContext, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, context)), isSynchronous: true), first, second, third, fourth, fifth, sixth);

    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, StepContext, ValueTask<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6, T7), TOut>(name, Given(body), (x, context) => body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, x.Item7, context), isSynchronous: false), first, second, third, fourth, fifth, sixth, seventh);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, StepContext, Task<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6, T7), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, x.Item7, context)), isSynchronous: false), first, second, third, fourth, fifth, sixth, seventh);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, StepContext, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6, T7), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, x.Item7, context)), isSynchronous: true), first, second, third, fourth, fifth, sixth, seventh);

    /// <summary>Adds an asynchronous lambda that takes results one by one, and its context last.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(4)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, T8, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, StepContext, ValueTask<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh, GraphNode<T8> eighth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6, T7, T8), TOut>(name, Given(body), (x, context) => body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, x.Item7, x.Item8, context), isSynchronous: false), first, second, third, fourth, fifth, sixth, seventh, eighth);

    /// <summary>Adds an asynchronous lambda that returns a task.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    [OverloadResolutionPriority(3)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, T8, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, StepContext, Task<TOut>> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh, GraphNode<T8> eighth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6, T7, T8), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, x.Item7, x.Item8, context)), isSynchronous: false), first, second, third, fourth, fifth, sixth, seventh, eighth);

    /// <summary>Adds a synchronous lambda.</summary>
    /// <inheritdoc cref="Add{T1,TOut}(string,Func{T1,StepContext,ValueTask{TOut}},GraphNode{T1})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, T8, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, StepContext, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh, GraphNode<T8> eighth) =>
        Add(new SpreadStep<(T1, T2, T3, T4, T5, T6, T7, T8), TOut>(name, Given(body), (x, context) => new(body(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5, x.Item6, x.Item7, x.Item8, context)), isSynchronous: true), first, second, third, fourth, fifth, sixth, seventh, eighth);
}
