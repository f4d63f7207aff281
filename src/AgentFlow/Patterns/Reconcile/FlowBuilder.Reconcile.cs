namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Lets several steps or agents do the same thing at the same time and makes one value of their results:
    /// <c>.Reconcile("amount", [readerA, readerB, readerC], r =&gt; r.Judge(expert))</c>. More than half must agree unless the rules say
    /// otherwise; those that fail have no voice, and are counted.
    /// </summary>
    /// <remarks>How the results stand to each other is a decision at <c>name/(tally)</c>; a replay follows it and compares nothing.</remarks>
    /// <typeparam name="TNext">What each of them yields.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="participants">At least two; enumerated once, now. The same one may be given several times.</param>
    /// <param name="rules">How one value is made of the results.</param>
    public FlowBuilder<TIn, Reconciled<TNext>> Reconcile<TNext>(string name, IEnumerable<Step<TCurrent, TNext>> participants, Action<ReconcileRules<TNext>>? rules = null)
    {
        ArgumentNullException.ThrowIfNull(participants);
        var scope = Scope.Name(name);
        StepUse<TCurrent, TNext>[] uses = [.. participants.Select(step => scope.Use(step ?? throw new ArgumentException($"A participant of '{scope.Path}' is null.", nameof(participants))))];
        return Add(new ReconcileNode<TIn, TCurrent, TNext>(_last, name, uses, ReconcilePlan<TNext>.Of(rules, scope, [.. uses.Select(ReconcileNode<TIn, TCurrent, TNext>.NameOf)])));
    }

    internal FlowBuilder<TIn, Reconciled<T>> ReconcileList<T>(string name, Func<TCurrent, IReadOnlyList<Outcome<T>>?> results, Action<ReconcileRules<T>>? rules) =>
        Add(new ReconcileListNode<TIn, TCurrent, T>(_last, name, results, ReconcilePlan<T>.Of(rules, Scope.Name(name), null)));
}

/// <summary><c>Reconcile</c> where the results exist already.</summary>
public static class ReconcileExtensions
{
    /// <summary>Makes one value of several results: <c>.FanOut(readers).Reconcile("amount")</c>. An empty list ends the flow with a <see cref="TooFewResultsException"/>.</summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="T">The type of the results.</typeparam>
    /// <param name="flow">The flow so far.</param>
    /// <param name="name">The verb's name, a segment of the paths inside.</param>
    /// <param name="rules">How one value is made of the results. They are called by their number in the list, from 1.</param>
    public static FlowBuilder<TIn, Reconciled<T>> Reconcile<TIn, T>(this FlowBuilder<TIn, IReadOnlyList<T>> flow, string name, Action<ReconcileRules<T>>? rules = null)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return flow.ReconcileList(name, results => results?.Select(result => Outcome<T>.Success(result)).ToArray(), rules);
    }

    /// <summary>Makes one value of several outcomes: <c>.Collect(readers).Reconcile("amount")</c>. Those that failed have no voice, and are counted.</summary>
    /// <inheritdoc cref="Reconcile{TIn,T}(FlowBuilder{TIn,IReadOnlyList{T}},string,Action{ReconcileRules{T}})"/>
    public static FlowBuilder<TIn, Reconciled<T>> Reconcile<TIn, T>(this FlowBuilder<TIn, IReadOnlyList<Outcome<T>>> flow, string name, Action<ReconcileRules<T>>? rules = null)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return flow.ReconcileList(name, static outcomes => outcomes, rules);
    }
}
