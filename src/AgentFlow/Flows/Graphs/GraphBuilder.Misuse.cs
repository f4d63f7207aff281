using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace AgentFlow;

// Overloads that only wrong lambdas reach: the compiler shows the message instead of guessing at delegate types.
public sealed partial class GraphBuilder<TIn>
{
    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, TOut>(string name, Func<T1, TOut> body, GraphNode<T1> first) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1>(string name, Func<T1, StepContext, Task> body, GraphNode<T1> first) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1>(string name, Action<T1, StepContext> body, GraphNode<T1> first) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, T2, TOut>(string name, Func<T1, T2, TOut> body, GraphNode<T1> first, GraphNode<T2> second) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1, T2>(string name, Func<T1, T2, StepContext, Task> body, GraphNode<T1> first, GraphNode<T2> second) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1, T2>(string name, Action<T1, T2, StepContext> body, GraphNode<T1> first, GraphNode<T2> second) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, T2, T3, TOut>(string name, Func<T1, T2, T3, TOut> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1, T2, T3>(string name, Func<T1, T2, T3, StepContext, Task> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1, T2, T3>(string name, Action<T1, T2, T3, StepContext> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.NoContext, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public GraphNode<TOut> Add<T1, T2, T3, T4, TOut>(string name, Func<T1, T2, T3, T4, TOut> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(2)]
    public GraphNode<T1> Add<T1, T2, T3, T4>(string name, Func<T1, T2, T3, T4, StepContext, Task> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(-1)]
    public GraphNode<T1> Add<T1, T2, T3, T4>(string name, Action<T1, T2, T3, T4, StepContext> body, GraphNode<T1> first, GraphNode<T2> second, GraphNode<T3> third, GraphNode<T4> fourth) => throw Misuse.Refused();
}
