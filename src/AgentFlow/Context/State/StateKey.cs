namespace AgentFlow;

/// <summary>Where keys of run state are made: <c>StateKey.Create("sources", Reduce.Append&lt;string&gt;())</c>.</summary>
public static class StateKey
{
    /// <summary>A key whose value is set as a whole. Two parallel branches that both write it are an error at their join.</summary>
    /// <typeparam name="T">The type of the value; serializable where the journal is durable, and not changed once it was given.</typeparam>
    /// <param name="name">The name, the same for ever and unique in the flow: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <param name="initial">What a run begins with.</param>
    /// <exception cref="ArgumentException">The name is not a valid name.</exception>
    public static StateKey<T> Create<T>(string name, T initial) => new(StepName.Validate(name), initial, null);

    /// <summary>A key that any number of parallel branches may update: their updates are combined at the join, in branch order.</summary>
    /// <typeparam name="T">The type of the value and of an update; serializable where the journal is durable.</typeparam>
    /// <param name="name">The name, the same for ever and unique in the flow: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <param name="initial">What a run begins with.</param>
    /// <param name="reduce">Makes the new value from the present one and an update. Pure: it runs again on replay, and must not change what it is given.</param>
    /// <exception cref="ArgumentException">The name is not a valid name.</exception>
    public static StateKey<T> Create<T>(string name, T initial, Func<T, T, T> reduce)
    {
        ArgumentNullException.ThrowIfNull(reduce);
        return new(StepName.Validate(name), initial, reduce);
    }

    /// <summary>A key with one of the rules of <see cref="Reduce"/>.</summary>
    /// <typeparam name="T">The type of the value and of an update.</typeparam>
    /// <param name="name">The name, the same for ever and unique in the flow: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <param name="reducer">How updates are combined, and what a run begins with.</param>
    /// <exception cref="ArgumentException">The name is not a valid name.</exception>
    public static StateKey<T> Create<T>(string name, StateReducer<T> reducer)
    {
        ArgumentNullException.ThrowIfNull(reducer);
        return new(StepName.Validate(name), reducer.Initial, reducer.Combine);
    }
}
