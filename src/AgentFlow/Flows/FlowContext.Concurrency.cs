namespace AgentFlow;

/// <summary>The branch that won a race.</summary>
/// <typeparam name="T">The type of its result.</typeparam>
/// <param name="Index">Which branch, from 0.</param>
/// <param name="Value">Its result.</param>
public readonly record struct Winner<T>(int Index, T Value);

/// <content>Structured concurrency: the only kind there is. Every branch has a context and a path of its own.</content>
public sealed partial class FlowContext
{
    /// <summary>Runs branches concurrently; yields their results in order, or the first failure after cancelling the others.</summary>
    /// <typeparam name="T">What each branch yields.</typeparam>
    /// <param name="branches">The branches; each gets the context it must use.</param>
    public async ValueTask<IReadOnlyList<T>> AllAsync<T>(params IReadOnlyList<Func<FlowContext, ValueTask<T>>> branches)
    {
        RefuseNulls(branches);
        BeginCall();
        try
        {
            var (fork, parts) = NewFork("all", branches, JoinRule.All);
            await fork.RunAsync().ConfigureAwait(false);
            return [.. parts.Select(part => part.Result)];
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>Runs two branches concurrently and yields both results.</summary>
    /// <typeparam name="T1">What the first branch yields.</typeparam>
    /// <typeparam name="T2">What the second branch yields.</typeparam>
    /// <param name="first">The first branch.</param>
    /// <param name="second">The second branch.</param>
    public async ValueTask<(T1 First, T2 Second)> AllAsync<T1, T2>(Func<FlowContext, ValueTask<T1>> first, Func<FlowContext, ValueTask<T2>> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        BeginCall();
        try
        {
            var path = PathOf("all");
            var (one, two) = (new CodeBranch<T1>(first, path.Index(0), 0), new CodeBranch<T2>(second, path.Index(1), 1));
            await new Fork(this, [one, two], path, JoinRule.All).RunAsync().ConfigureAwait(false);
            return (one.Result, two.Result);
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>Runs three branches concurrently and yields all results.</summary>
    /// <typeparam name="T1">What the first branch yields.</typeparam>
    /// <typeparam name="T2">What the second branch yields.</typeparam>
    /// <typeparam name="T3">What the third branch yields.</typeparam>
    /// <param name="first">The first branch.</param>
    /// <param name="second">The second branch.</param>
    /// <param name="third">The third branch.</param>
    public async ValueTask<(T1 First, T2 Second, T3 Third)> AllAsync<T1, T2, T3>(
        Func<FlowContext, ValueTask<T1>> first, Func<FlowContext, ValueTask<T2>> second, Func<FlowContext, ValueTask<T3>> third)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        BeginCall();
        try
        {
            var path = PathOf("all");
            var (one, two, three) = (new CodeBranch<T1>(first, path.Index(0), 0), new CodeBranch<T2>(second, path.Index(1), 1), new CodeBranch<T3>(third, path.Index(2), 2));
            await new Fork(this, [one, two, three], path, JoinRule.All).RunAsync().ConfigureAwait(false);
            return (one.Result, two.Result, three.Result);
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>Runs branches concurrently; the first success wins and the others are abandoned. Fails when all of them fail.</summary>
    /// <typeparam name="T">What each branch yields.</typeparam>
    /// <param name="branches">The branches; each gets the context it must use.</param>
    public async ValueTask<Winner<T>> AnyAsync<T>(params IReadOnlyList<Func<FlowContext, ValueTask<T>>> branches)
    {
        RefuseNulls(branches);
        if (branches.Count == 0) throw new ArgumentException("AnyAsync has no branches, so none can win. Give it at least one.", nameof(branches));
        BeginCall();
        try
        {
            var (fork, parts) = NewFork("any", branches, JoinRule.Quorum, quorum: 1);
            await fork.RunAsync().ConfigureAwait(false);
            var index = fork.Kept![0];
            return new(index, parts[index].Result);
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>
    /// Applies flow code to every item, at most <paramref name="maxParallel"/> at a time; yields the results in input order, or
    /// the first failure after cancelling the others. The source is enumerated once, lazily, and must yield the same items on replay.
    /// </summary>
    /// <typeparam name="TItem">The type of the items.</typeparam>
    /// <typeparam name="TOut">What each item becomes.</typeparam>
    /// <param name="items">The source.</param>
    /// <param name="maxParallel">How many items are in flight at the most, at least 1.</param>
    /// <param name="body">The code; it gets the context it must use.</param>
    public async ValueTask<IReadOnlyList<TOut>> ForEachAsync<TItem, TOut>(
        IEnumerable<TItem> items, int maxParallel, Func<TItem, FlowContext, ValueTask<TOut>> body)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxParallel, 1);
        BeginCall();
        try
        {
            return await new ForEachFork<TItem, TOut>(this, PathOf("each"), items, maxParallel,
                (item, path, scope) => ChildScope.RunAsync(scope, path, (item, body), static (state, child) => state.body(state.item, child)))
                .RunAsync().ConfigureAwait(false);
        }
        finally
        {
            EndCall();
        }
    }

    private static void RefuseNulls<T>(IReadOnlyList<Func<FlowContext, ValueTask<T>>> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        for (var i = 0; i < branches.Count; i++)
        {
            if (branches[i] is null) throw new ArgumentException($"Branch {i} is null.", nameof(branches));
        }
    }

    private (Fork Fork, CodeBranch<T>[] Parts) NewFork<T>(string verb, IReadOnlyList<Func<FlowContext, ValueTask<T>>> branches, JoinRule rule, int quorum = 0)
    {
        var path = PathOf(verb);
        var parts = branches.Select((branch, index) => new CodeBranch<T>(branch, path.Index(index), index)).ToArray();
        return (new Fork(this, parts, path, rule, quorum), parts);
    }
}
