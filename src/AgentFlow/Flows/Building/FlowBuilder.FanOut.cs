using System.Runtime.CompilerServices;

namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Runs the steps at the same time with the current value; yields all their results as a tuple. The first failure cancels the
    /// others and is the fan-out's own.
    /// </summary>
    public FlowBuilder<TIn, (T1, T2)> FanOut<T1, T2>(Step<TCurrent, T1> first, Step<TCurrent, T2> second) =>
        Fork(ForkShape.All, [Branch(first), Branch(second)], static (_, parts) => (parts.Result<T1>(0), parts.Result<T2>(1)));

    /// <inheritdoc cref="FanOut{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (T1, T2, T3)> FanOut<T1, T2, T3>(Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third) =>
        Fork(ForkShape.All, [Branch(first), Branch(second), Branch(third)], static (_, parts) => (parts.Result<T1>(0), parts.Result<T2>(1), parts.Result<T3>(2)));

    /// <inheritdoc cref="FanOut{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (T1, T2, T3, T4)> FanOut<T1, T2, T3, T4>(Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third, Step<TCurrent, T4> fourth) =>
        Fork(ForkShape.All, [Branch(first), Branch(second), Branch(third), Branch(fourth)], static (_, parts) => (parts.Result<T1>(0), parts.Result<T2>(1), parts.Result<T3>(2), parts.Result<T4>(3)));

    /// <inheritdoc cref="FanOut{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (T1, T2, T3, T4, T5)> FanOut<T1, T2, T3, T4, T5>(
        Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third, Step<TCurrent, T4> fourth,
        Step<TCurrent, T5> fifth) =>
        Fork(ForkShape.All, [Branch(first), Branch(second), Branch(third), Branch(fourth), Branch(fifth)], static (_, parts) => (parts.Result<T1>(0), parts.Result<T2>(1), parts.Result<T3>(2), parts.Result<T4>(3), parts.Result<T5>(4)));

    /// <inheritdoc cref="FanOut{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6)> FanOut<T1, T2, T3, T4, T5, T6>(
        Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third, Step<TCurrent, T4> fourth,
        Step<TCurrent, T5> fifth, Step<TCurrent, T6> sixth) =>
        Fork(ForkShape.All, [Branch(first), Branch(second), Branch(third), Branch(fourth), Branch(fifth), Branch(sixth)], static (_, parts) => (parts.Result<T1>(0), parts.Result<T2>(1), parts.Result<T3>(2), parts.Result<T4>(3), parts.Result<T5>(4), parts.Result<T6>(5)));

    /// <inheritdoc cref="FanOut{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7)> FanOut<T1, T2, T3, T4, T5, T6, T7>(
        Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third, Step<TCurrent, T4> fourth,
        Step<TCurrent, T5> fifth, Step<TCurrent, T6> sixth, Step<TCurrent, T7> seventh) =>
        Fork(ForkShape.All, [Branch(first), Branch(second), Branch(third), Branch(fourth), Branch(fifth), Branch(sixth), Branch(seventh)], static (_, parts) => (parts.Result<T1>(0), parts.Result<T2>(1), parts.Result<T3>(2), parts.Result<T4>(3), parts.Result<T5>(4), parts.Result<T6>(5), parts.Result<T7>(6)));

    /// <inheritdoc cref="FanOut{T1,T2}(Step{TCurrent,T1},Step{TCurrent,T2})"/>
    public FlowBuilder<TIn, (T1, T2, T3, T4, T5, T6, T7, T8)> FanOut<T1, T2, T3, T4, T5, T6, T7, T8>(
        Step<TCurrent, T1> first, Step<TCurrent, T2> second, Step<TCurrent, T3> third, Step<TCurrent, T4> fourth,
        Step<TCurrent, T5> fifth, Step<TCurrent, T6> sixth, Step<TCurrent, T7> seventh, Step<TCurrent, T8> eighth) =>
        Fork(ForkShape.All, [Branch(first), Branch(second), Branch(third), Branch(fourth), Branch(fifth), Branch(sixth), Branch(seventh), Branch(eighth)], static (_, parts) => (parts.Result<T1>(0), parts.Result<T2>(1), parts.Result<T3>(2), parts.Result<T4>(3), parts.Result<T5>(4), parts.Result<T6>(5), parts.Result<T7>(6), parts.Result<T8>(7)));

    /// <summary>
    /// Runs any number of steps at the same time with the current value; yields their results in the order of the steps. The first
    /// failure cancels the others and is the fan-out's own.
    /// </summary>
    /// <typeparam name="TNext">What each of them yields.</typeparam>
    /// <param name="steps">The steps; enumerated once, now.</param>
    public FlowBuilder<TIn, IReadOnlyList<TNext>> FanOut<TNext>(IEnumerable<Step<TCurrent, TNext>> steps) =>
        Fork(ForkShape.All, Branches("FanOut", steps), static (_, parts) => parts.Results<TNext>());

    private FlowBuilder<TIn, TNext> Fork<TNext>(ForkShape shape, Branch<TCurrent>[] branches, Func<Fork, ForkBranch[], TNext> join) =>
        Add(new ForkNode<TIn, TCurrent, TNext>(_last, branches, shape, join));

    private Branch<TCurrent, TNext> Branch<TNext>(Step<TCurrent, TNext> step, [CallerArgumentExpression(nameof(step))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(step, parameter);
        return new(Scope.Use(step));
    }

    private Branch<TCurrent>[] Branches<TNext>(string verb, IEnumerable<Step<TCurrent, TNext>> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        Branch<TCurrent>[] branches = [.. steps.Select((step, index) => step is null ? throw new ArgumentException($"Step {index} of the {verb} is null.", nameof(steps)) : Branch(step))];
        if (branches.Length == 0) Scope.Report($"a {verb} has no steps", "give it at least one, or leave it out");
        return branches;
    }
}
