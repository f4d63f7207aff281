using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>The state of the run.</content>
public sealed partial class FlowContext
{
    private const string StateScope = "(state)";

    /// <summary>A <see cref="StateChain"/>, or, in the scope of a join, a <see cref="CollectedState"/>; null: nothing was written.</summary>
    private object? _runState;

    /// <summary>The state as this scope sees it.</summary>
    internal StateChain? State
    {
        get => Volatile.Read(ref _runState) switch
        {
            CollectedState collected => collected.Start,
            var state => (StateChain?)state,
        };
        init => _runState = value;
    }

    /// <summary>
    /// The value of a key: what was written before in this scope and in those around it. A branch sees the state as of the fork, and its
    /// own writes; what its siblings write, it sees after the join.
    /// </summary>
    /// <remarks>
    /// Reading raises this scope's label to that of the value. The bodies of effects do not see the state: hand them what they need as
    /// their input, so that a recorded or cached result depends on nothing but that.
    /// </remarks>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <returns>The value, or the key's initial one.</returns>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    /// <exception cref="StateTypeException">Another key of this name has written a value of another type.</exception>
    public T GetState<T>(StateKey<T> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        BeginCall();
        try
        {
            if (State?.Find(key.Name) is not { } value) return key.Initial;
            var read = StateWrite<T>.ReadAs<T>(value, key.Name);
            Raise(value.Label);
            return read;
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>
    /// Replaces the value of a key. Journaled; a replay takes the recorded value. The write counts when this scope succeeds: what a failed
    /// flow, attempt or branch has written is undone with it.
    /// </summary>
    /// <typeparam name="T">The type of the value; serializable where the journal is durable.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; not changed afterwards by anybody.</param>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    /// <exception cref="PayloadException">A durable journal cannot keep the value: it does not serialize, or is larger than <see cref="FlowRuntimeOptions.MaxPayloadBytes"/>.</exception>
    public ValueTask SetStateAsync<T>(StateKey<T> key, T value) => WriteState(key, value, isUpdate: false);

    /// <summary>
    /// Combines an update with the value of a key, by the key's rule. Parallel branches may all do so: their updates are combined at the
    /// join in branch order, however long each of them took.
    /// </summary>
    /// <typeparam name="T">The type of the value; serializable where the journal is durable.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="update">The update: what is recorded, not the value it leads to.</param>
    /// <exception cref="InvalidOperationException">The key has no rule.</exception>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    /// <exception cref="PayloadException">A durable journal cannot keep the update: it does not serialize, or is larger than <see cref="FlowRuntimeOptions.MaxPayloadBytes"/>.</exception>
    public ValueTask UpdateStateAsync<T>(StateKey<T> key, T update)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!key.IsReducible) throw new InvalidOperationException($"State '{key.Name}' has no rule to combine an update with its value. Create the key with one, StateKey.Create(\"{key.Name}\", Reduce.…), or use SetStateAsync.");
        return WriteState(key, update, isUpdate: true);
    }

    private ValueTask WriteState<T>(StateKey<T> key, T value, bool isUpdate)
    {
        ArgumentNullException.ThrowIfNull(key);
        BeginCall();
        try
        {
            var path = Path.Child(StateScope).Child(key.Name, Names.Next($"{StateScope}/{key.Name}", key.Name).Occurrence);
            var (written, label) = Record(path, key, value, isUpdate);
            _runState = StateChain.Add(State, new StateWrite<T>(key, written, path, label, isUpdate));
            return default;
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>The recorded value, or this one once it is recorded.</summary>
    private (T Value, Label? Label) Record<T>(StepPath path, StateKey<T> key, T value, bool isUpdate)
    {
        if (Run.Replay?.StateChange(path) is { } entry)
        {
            if (entry.IsUpdate != isUpdate) throw new FlowNondeterminismException(path, entry.IsUpdate ? "an update of the state" : "a value of the state", isUpdate ? "an update" : "a value");
            return (entry switch
            {
                StateChangedEntry<T> typed => typed.Payload,
                StoredStateChangedEntry stored => RecordedValue.Read<T>(Run.Runtime, path, "a change of the state", stored.Payload, stored.ValueType),
                _ => throw new FlowNondeterminismException(path, $"a change of the state of type {entry.ValueType}", TypeNames.Short(typeof(T))),
            }, entry.Label);
        }

        ThrowIfCancelled();
        Run.RefuseOverflow(path);
        if ((Features & RunFeatures.RoundTrip) != 0) value = RoundTrip.Copy(value, Run.Runtime.Json, path);
        Run.Append(new StateChangedEntry<T>(path, key.Name, value, isUpdate) { Label = _label });
        return (value, _label);
    }

    /// <summary>A scope inside has succeeded: what it wrote counts here. In the scope of a join it counts when the join keeps the branch.</summary>
    internal void TakeState(FlowContext inside)
    {
        if (inside._runState is CollectedState collected) TakeState(collected.Path, collected.State);
        else TakeState(inside.Path, (StateChain?)inside._runState);
    }

    /// <summary>What a scope leaves behind; of one that collects for a single step, what that step has left.</summary>
    private StateChain? Written => _runState is CollectedState collected ? collected.State : (StateChain?)_runState;

    private void TakeState(StepPath path, StateChain? state)
    {
        if (ReferenceEquals(state, State)) return;
        if (!_collects)
        {
            _runState = state;
            return;
        }

        object? seen;
        do seen = Volatile.Read(ref _runState);
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _runState, new CollectedState(State, seen as CollectedState, path, state), seen), seen));
    }

    /// <summary>What the branch at a path has left in this scope of a join, or its beginning.</summary>
    internal StateChain? StateOf(StepPath branch)
    {
        for (var collected = Volatile.Read(ref _runState) as CollectedState; collected is not null; collected = collected.Next)
        {
            for (var node = collected.Path; node is not null; node = node.Parent)
            {
                if (node.Equals(branch) || node.FirstAttempt().Equals(branch)) return collected.State;
            }
        }

        return State;
    }

    /// <summary>Whether any branch of a join has left something in this scope.</summary>
    internal bool HasCollectedState => Volatile.Read(ref _runState) is CollectedState;

    /// <summary>What kept branches have written counts from here on, in the order given.</summary>
    internal void JoinState(IEnumerable<StateChain?> branches)
    {
        var start = State;
        var merged = start;
        foreach (var branch in branches) merged = StateChain.Merge(start, merged, branch);
        _runState = merged;
    }
}
