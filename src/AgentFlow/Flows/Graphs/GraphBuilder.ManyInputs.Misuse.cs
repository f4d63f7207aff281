using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace AgentFlow;

public sealed partial class GraphBuilder<TIn>
{
    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, TOut>(
        string name, Func<T1, T2, T3, T4, T5, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5>(
        string name, Func<T1, T2, T3, T4, T5, StepContext, Task> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5>(
        string name, Action<T1, T2, T3, T4, T5, StepContext> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5, T6>(
        string name, Func<T1, T2, T3, T4, T5, T6, StepContext, Task> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5, T6>(
        string name, Action<T1, T2, T3, T4, T5, T6, StepContext> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5, T6, T7>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, StepContext, Task> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5, T6, T7>(
        string name, Action<T1, T2, T3, T4, T5, T6, T7, StepContext> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, T5, T6, T7, T8, TOut>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, TOut> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh, GraphNode<T8> eighth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5, T6, T7, T8>(
        string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, StepContext, Task> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh, GraphNode<T8> eighth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1, T2, T3, T4, T5, T6, T7, T8>(
        string name, Action<T1, T2, T3, T4, T5, T6, T7, T8, StepContext> body,
        GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth, GraphNode<T5> fifth, GraphNode<T6> sixth, GraphNode<T7> seventh, GraphNode<T8> eighth) => throw Misuse.Refused();
}
