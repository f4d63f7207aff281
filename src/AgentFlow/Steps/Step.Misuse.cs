using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace AgentFlow;

// Overloads that only wrong lambdas reach, for their compiler message.
public abstract partial class Step
{
    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.OneArgumentStep, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public static Step<TIn, TOut> Create<TIn, TOut>(string name, Func<TIn, TOut> body) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.OneArgumentStep, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public static Step<TIn, TOut> Create<TIn, TOut>(string name, Func<TIn, Task<TOut>> body) => throw Misuse.Refused();

    /// <summary>Refuses bodies without a context.</summary>
    [Obsolete(Misuse.OneArgumentStep, error: true), EditorBrowsable(EditorBrowsableState.Never)]
    public static Step<TIn, TOut> Create<TIn, TOut>(string name, Func<TIn, ValueTask<TOut>> body) => throw Misuse.Refused();
}
