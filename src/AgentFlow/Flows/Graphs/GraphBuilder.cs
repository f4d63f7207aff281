using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// Adds the nodes of a graph. A node takes results of nodes added before it, so a graph cannot have a cycle. Single use, not
/// thread-safe; valid inside of the lambda of <c>Flow.Graph</c>.
/// </summary>
/// <typeparam name="TIn">What the graph takes.</typeparam>
[DebuggerDisplay("{_draft.Name}")]
public sealed partial class GraphBuilder<TIn>
{
    private readonly GraphDraft _draft;

    internal GraphBuilder(GraphDraft draft)
    {
        _draft = draft;
        Input = draft.Input<TIn>();
    }

    /// <summary>The graph's input, for nodes to take.</summary>
    public GraphNode<TIn> Input { get; }

    /// <summary>Adds a step, a flow or an agent that takes one result.</summary>
    /// <typeparam name="T1">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="step">The step. The same instance may be added again and gets the segment <c>name#2</c>.</param>
    /// <param name="first">The result it takes.</param>
    /// <exception cref="ArgumentException">The result belongs to another graph.</exception>
    public GraphNode<TOut> Add<T1, TOut>(Step<T1, TOut> step, GraphNode<T1> first)
    {
        ArgumentNullException.ThrowIfNull(first);
        return _draft.Add(step, first.ValueIn, first);
    }

    /// <summary>Adds a step, a flow or an agent that takes several results as a tuple.</summary>
    /// <typeparam name="T1">What the first result is.</typeparam>
    /// <typeparam name="T2">What the second result is.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="step">The step. The same instance may be added again and gets the segment <c>name#2</c>.</param>
    /// <param name="first">The first result it takes.</param>
    /// <param name="second">The second result it takes.</param>
    /// <exception cref="ArgumentException">A result belongs to another graph.</exception>
    public GraphNode<TOut> Add<T1, T2, TOut>(Step<(T1, T2), TOut> step, GraphNode<T1> first, GraphNode<T2> second) =>
        _draft.Add(step, parts => (first.ValueIn(parts), second.ValueIn(parts)), first, second);

    /// <inheritdoc cref="Add{T1,T2,TOut}(Step{ValueTuple{T1,T2},TOut},GraphNode{T1},GraphNode{T2})"/>
    public GraphNode<TOut> Add<T1, T2, T3, TOut>(Step<(T1, T2, T3), TOut> step, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third) =>
        _draft.Add(step, parts => (first.ValueIn(parts), second.ValueIn(parts), third.ValueIn(parts)), first, second, third);

    /// <inheritdoc cref="Add{T1,T2,TOut}(Step{ValueTuple{T1,T2},TOut},GraphNode{T1},GraphNode{T2})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, TOut>(
        Step<(T1, T2, T3, T4), TOut> step, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth) =>
        _draft.Add(step, parts => (first.ValueIn(parts), second.ValueIn(parts), third.ValueIn(parts), fourth.ValueIn(parts)), first, second, third, fourth);

    /// <inheritdoc cref="Add{T1,T2,TOut}(Step{ValueTuple{T1,T2},TOut},GraphNode{T1},GraphNode{T2})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, TOut>(
        Step<(T1, T2, T3, T4, T5), TOut> step, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth) =>
        _draft.Add(step, parts => (first.ValueIn(parts), second.ValueIn(parts), third.ValueIn(parts), fourth.ValueIn(parts), fifth.ValueIn(parts)), first, second, third, fourth, fifth);

    /// <inheritdoc cref="Add{T1,T2,TOut}(Step{ValueTuple{T1,T2},TOut},GraphNode{T1},GraphNode{T2})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, TOut>(
        Step<(T1, T2, T3, T4, T5, T6), TOut> step, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth) =>
        _draft.Add(step, parts => (first.ValueIn(parts), second.ValueIn(parts), third.ValueIn(parts), fourth.ValueIn(parts), fifth.ValueIn(parts), sixth.ValueIn(parts)), first, second, third, fourth, fifth, sixth);

    /// <inheritdoc cref="Add{T1,T2,TOut}(Step{ValueTuple{T1,T2},TOut},GraphNode{T1},GraphNode{T2})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, TOut>(
        Step<(T1, T2, T3, T4, T5, T6, T7), TOut> step, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh) =>
        _draft.Add(step, parts => (first.ValueIn(parts), second.ValueIn(parts), third.ValueIn(parts), fourth.ValueIn(parts), fifth.ValueIn(parts), sixth.ValueIn(parts), seventh.ValueIn(parts)), first, second, third, fourth, fifth, sixth, seventh);

    /// <inheritdoc cref="Add{T1,T2,TOut}(Step{ValueTuple{T1,T2},TOut},GraphNode{T1},GraphNode{T2})"/>
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, T8, TOut>(
        Step<(T1, T2, T3, T4, T5, T6, T7, T8), TOut> step, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh, GraphNode<T8> eighth) =>
        _draft.Add(step, parts => (first.ValueIn(parts), second.ValueIn(parts), third.ValueIn(parts), fourth.ValueIn(parts), fifth.ValueIn(parts), sixth.ValueIn(parts), seventh.ValueIn(parts), eighth.ValueIn(parts)), first, second, third, fourth, fifth, sixth, seventh, eighth);
}
