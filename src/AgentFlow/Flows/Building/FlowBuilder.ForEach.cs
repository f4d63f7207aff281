namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Runs a step for every item, at most <paramref name="maxParallel"/> at a time; yields the results in the order of the items.
    /// The first failure cancels the others and is the verb's own. Item n (from 0) runs at <c>step's name/n</c>.
    /// </summary>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <typeparam name="TNext">What each item becomes.</typeparam>
    /// <param name="selector">Pure; yields the items, the same ones on replay. Enumerated once, lazily, as places become free.</param>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="maxParallel">How many items are in flight at the most, at least 1.</param>
    public FlowBuilder<TIn, IReadOnlyList<TNext>> ForEach<TItem, TNext>(
        Func<TCurrent, IEnumerable<TItem>> selector, Step<TItem, TNext> step, int maxParallel)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(step);
        if (maxParallel < 1) Scope.Report(step.Name, $"a ForEach with maxParallel {maxParallel} could start nothing", "let it run at least 1 item at a time");
        return Add(new ForEachNode<TIn, TCurrent, TItem, TNext>(_last, selector, Scope.Use(step), maxParallel));
    }
}
