using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace AgentFlow;

// Overloads that only wrong lambdas reach: the compiler shows the message instead of guessing at delegate types.
public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.OneArgument, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public FlowBuilder<TIn, TNext> Then<TNext>(string name, Func<TCurrent, TNext> body) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.OneArgument, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(-1)]
    public FlowBuilder<TIn, TCurrent> Then(string name, Action<TCurrent> body) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(2)]
    public FlowBuilder<TIn, TCurrent> Then(string name, Func<TCurrent, StepContext, Task> body) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)]
    public FlowBuilder<TIn, TCurrent> Then(string name, Func<TCurrent, StepContext, ValueTask> body) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a result.</summary>
    [Obsolete(Misuse.NoResult, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(-1)]
    public FlowBuilder<TIn, TCurrent> Then(string name, Action<TCurrent, StepContext> body) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous mappings.</summary>
    [Obsolete(Misuse.AsyncMap, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)]
    public FlowBuilder<TIn, TNext> Then<TResult, TNext>(Step<TCurrent, TResult> step, Func<TCurrent, TResult, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous mappings.</summary>
    [Obsolete(Misuse.AsyncMap, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(4)]
    public FlowBuilder<TIn, TNext> Map<TNext>(Func<TCurrent, Task<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous mappings.</summary>
    [Obsolete(Misuse.AsyncMap, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(3)]
    public FlowBuilder<TIn, TNext> Map<TNext>(Func<TCurrent, ValueTask<TNext>> map) => throw Misuse.Refused();

    /// <summary>Refuses asynchronous mappings.</summary>
    [Obsolete(Misuse.AsyncMap, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(2)]
    public FlowBuilder<TIn, TCurrent> Map(Func<TCurrent, Task> map) => throw Misuse.Refused();

    /// <summary>Refuses mappings without a result.</summary>
    [Obsolete(Misuse.VoidMap, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(-1)]
    public FlowBuilder<TIn, TCurrent> Map(Action<TCurrent> map) => throw Misuse.Refused();
}
