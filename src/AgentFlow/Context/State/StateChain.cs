using System.Collections.Immutable;

namespace AgentFlow;

/// <summary>
/// The state of a run as a scope sees it: a chain of writes, and the values they amount to. Immutable, so that a fork costs nothing;
/// null stands for a run that has written nothing.
/// </summary>
internal sealed class StateChain(StateChain? previous, StateWrite write, ImmutableDictionary<string, StateValue> values)
{
    private static readonly ImmutableDictionary<string, StateValue> Empty = ImmutableDictionary.Create<string, StateValue>(StringComparer.Ordinal);

    public StateValue? Find(string key) => values.GetValueOrDefault(key);

    public static StateChain Add(StateChain? state, StateWrite write)
    {
        var values = state?.Values ?? Empty;
        return new(state, write, values.SetItem(write.Key, write.ApplyTo(values.GetValueOrDefault(write.Key))));
    }

    /// <summary>
    /// The state after a join: what each branch has written beyond the common beginning, in branch order. What two branches have in
    /// common (a node of a graph that both follow) counts once.
    /// </summary>
    /// <exception cref="StateConflictException">Two branches wrote a key, and not both by its rule.</exception>
    public static StateChain? Merge(StateChain? start, StateChain? left, StateChain? right)
    {
        if (ReferenceEquals(right, start) || ReferenceEquals(right, left)) return left;
        if (ReferenceEquals(left, start)) return right;
        var mine = WritesSince(start, left);
        var known = new HashSet<StateWrite>(mine);
        var theirs = WritesSince(start, right);
        var common = new HashSet<StateWrite>(theirs);
        var merged = left;
        foreach (var write in theirs)
        {
            if (known.Contains(write)) continue;
            var rival = mine.Find(other => other.Key == write.Key && !common.Contains(other) && !(other.IsUpdate && write.IsUpdate));
            if (rival is not null) throw new StateConflictException(write.Key, rival.Path, write.Path, write.IsReducible);
            merged = Add(merged, write);
        }

        return merged;
    }

    private ImmutableDictionary<string, StateValue> Values => values;

    private static List<StateWrite> WritesSince(StateChain? start, StateChain? state)
    {
        var writes = new List<StateWrite>();
        for (; state is not null && !ReferenceEquals(state, start); state = state.Previous) writes.Add(state.Write);
        writes.Reverse();
        return writes;
    }

    private StateChain? Previous => previous;

    private StateWrite Write => write;
}

/// <summary>A value of the state, and what whoever reads it has seen.</summary>
internal abstract record StateValue(StepPath Path, Label? Label);

/// <inheritdoc/>
internal sealed record StateValue<T>(T Value, StepPath Path, Label? Label) : StateValue(Path, Label);

/// <summary>One write of flow code.</summary>
internal abstract class StateWrite(string key, StepPath path, Label? label, bool isUpdate)
{
    public string Key => key;

    public StepPath Path => path;

    /// <summary>Whether it goes through the key's rule, as opposed to replacing what was there.</summary>
    public bool IsUpdate => isUpdate;

    public abstract bool IsReducible { get; }

    protected Label? Label => label;

    public abstract StateValue ApplyTo(StateValue? current);
}

/// <inheritdoc/>
internal sealed class StateWrite<T>(StateKey<T> key, T value, StepPath path, Label? label, bool isUpdate) : StateWrite(key.Name, path, label, isUpdate)
{
    public override bool IsReducible => key.IsReducible;

    public override StateValue ApplyTo(StateValue? current)
    {
        if (!IsUpdate) return new StateValue<T>(value, Path, Label);
        var before = current is null ? key.Initial : ReadAs<T>(current, key.Name);
        try
        {
            return new StateValue<T>(key.Reducer!(before, value), Path, AgentFlow.Label.Join(current?.Label, Label));
        }
        catch (Exception exception)
        {
            throw new FlowCodeException(Path, $"the reducer of state '{key.Name}'", exception);
        }
    }

    public static TValue ReadAs<TValue>(StateValue value, string key) => value is StateValue<TValue> typed
        ? typed.Value
        : throw new StateTypeException(key, value.GetType().GetGenericArguments()[0], typeof(TValue), value.Path);
}

/// <summary>What the branches of a join have written so far, each under its path, beside what all of them began with.</summary>
internal sealed class CollectedState(StateChain? start, CollectedState? next, StepPath path, StateChain? state)
{
    public StateChain? Start => start;

    public CollectedState? Next => next;

    public StepPath Path => path;

    public StateChain? State => state;
}
