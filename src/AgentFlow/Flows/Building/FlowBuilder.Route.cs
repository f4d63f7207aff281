using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Runs one of several steps, chosen by a key: <c>.Route("risk", x =&gt; x.Level, r =&gt; r.Case(Level.High, a).Otherwise(b))</c>.
    /// The choice is a decision in the journal; a replay follows it and does not compute the key again.
    /// </summary>
    /// <typeparam name="TKey">The type of the key; compared with its default equality.</typeparam>
    /// <typeparam name="TNext">What every branch yields.</typeparam>
    /// <param name="name">The verb's name, a segment of its branches' paths.</param>
    /// <param name="key">Pure and synchronous.</param>
    /// <param name="cases">Names the branches. Without <c>Otherwise</c>, a key without a case ends the flow with a <see cref="RouteNotFoundException"/>.</param>
    public FlowBuilder<TIn, TNext> Route<TKey, TNext>(
        string name, Func<TCurrent, TKey> key, Func<RouteBuilder<TCurrent, TKey>, RouteBuilder<TCurrent, TKey, TNext>> cases)
    {
        ArgumentNullException.ThrowIfNull(key);
        var scope = Scope.Name(name);
        return Add(new CodeRouteNode<TIn, TCurrent, TKey, TNext>(_last, name, key, TableOf(scope, cases)));
    }

    /// <summary>
    /// Runs one of several steps, chosen by a key that a step or an agent finds: <c>.Route("kind", classify, r =&gt; …)</c>. The key's
    /// step runs at <c>name/step's name</c>.
    /// </summary>
    /// <inheritdoc cref="Route{TKey,TNext}(string,Func{TCurrent,TKey},Func{RouteBuilder{TCurrent,TKey},RouteBuilder{TCurrent,TKey,TNext}})"/>
    public FlowBuilder<TIn, TNext> Route<TKey, TNext>(
        string name, Step<TCurrent, TKey> key, Func<RouteBuilder<TCurrent, TKey>, RouteBuilder<TCurrent, TKey, TNext>> cases)
    {
        ArgumentNullException.ThrowIfNull(key);
        var scope = Scope.Name(name);
        var use = scope.Use(key);
        return Add(new StepRouteNode<TIn, TCurrent, TKey, TNext>(_last, name, use, TableOf(scope, cases)));
    }

    /// <summary>Refuses asynchronous keys.</summary>
    [Obsolete(Misuse.AsyncKey, error: true), EditorBrowsable(EditorBrowsableState.Never), OverloadResolutionPriority(1)]
    public FlowBuilder<TIn, TNext> Route<TKey, TNext>(
        string name, Func<TCurrent, Task<TKey>> key, Func<RouteBuilder<TCurrent, TKey>, RouteBuilder<TCurrent, TKey, TNext>> cases) => throw Misuse.Refused();

    private static RouteTable<TCurrent, TKey, TNext> TableOf<TKey, TNext>(
        DraftScope scope, Func<RouteBuilder<TCurrent, TKey>, RouteBuilder<TCurrent, TKey, TNext>> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var given = cases(new RouteBuilder<TCurrent, TKey>(scope)) ?? throw new ArgumentException($"The cases of route '{scope.Path}' are null. Return what the last case returns: r => r.Case(…).", nameof(cases));
        return given.BuildIn(scope);
    }
}
