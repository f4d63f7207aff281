namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Runs the steps at the same time with the current value and waits for all of them, whether they succeed or fail; yields an
    /// outcome for each.
    /// </summary>
    public FlowBuilder<TIn, (Outcome<T1>, Outcome<T2>)> Collect<T1, T2>(Step<TCurrent, T1> first, Step<TCurrent, T2> second) =>
        Fork(ForkShape.Collect, [Branch(first), Branch(second)], static (_, parts) => (parts.Outcome<T1>(0), parts.Outcome<T2>(1)));

    /// <inheritdoc cref="Collect{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (Outcome<T1>, Outcome<T2>, Outcome<T3>)> Collect<T1, T2, T3>(Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third) =>
        Fork(ForkShape.Collect, [Branch(first), Branch(second), Branch(third)], static (_, parts) => (parts.Outcome<T1>(0), parts.Outcome<T2>(1), parts.Outcome<T3>(2)));

    /// <inheritdoc cref="Collect{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (Outcome<T1>, Outcome<T2>, Outcome<T3>, Outcome<T4>)> Collect<T1, T2, T3, T4>(Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third, Step<TCurrent, T4> fourth) =>
        Fork(ForkShape.Collect, [Branch(first), Branch(second), Branch(third), Branch(fourth)], static (_, parts) => (parts.Outcome<T1>(0), parts.Outcome<T2>(1), parts.Outcome<T3>(2), parts.Outcome<T4>(3)));

    /// <summary>
    /// Runs any number of steps at the same time with the current value and waits for all of them, whether they succeed or fail;
    /// yields their outcomes in the order of the steps.
    /// </summary>
    /// <typeparam name="TNext">What each of them yields.</typeparam>
    /// <param name="steps">The steps; enumerated once, now.</param>
    public FlowBuilder<TIn, IReadOnlyList<Outcome<TNext>>> Collect<TNext>(IEnumerable<Step<TCurrent, TNext>> steps) =>
        Fork(ForkShape.Collect, Branches("Collect", steps), static (_, parts) => parts.Outcomes<TNext>());

    /// <summary>
    /// Runs the steps at the same time with the current value until <paramref name="needed"/> of them have succeeded, and cancels
    /// the others; yields the results of those first ones in the order of the steps. Fails when too few succeed.
    /// </summary>
    /// <remarks>Which steps were first is a decision in the journal: a replay takes the same ones.</remarks>
    /// <typeparam name="TNext">What each of them yields.</typeparam>
    /// <param name="needed">How many successes it takes: 1 to the number of steps.</param>
    /// <param name="steps">The steps.</param>
    public FlowBuilder<TIn, IReadOnlyList<TNext>> Quorum<TNext>(int needed, params IEnumerable<Step<TCurrent, TNext>> steps)
    {
        var branches = Branches("Quorum", steps);
        if (branches.Length > 0 && (needed < 1 || needed > branches.Length))
        {
            Scope.Report($"a Quorum needs {needed} of {branches.Length} steps", $"demand 1 to {branches.Length}");
        }

        return Fork(ForkShape.FirstOf(needed, branches.Length), branches, static (fork, parts) => parts.Results<TNext>(fork.Kept!));
    }
}
