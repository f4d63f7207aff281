namespace AgentFlow;

/// <summary>A field that is reconciled by itself.</summary>
internal abstract class ReconcileField<T>(string name)
{
    public string Name => name;

    public abstract bool IsSame(T one, T other);

    /// <summary>A value with this field of another one.</summary>
    public abstract T Copy(T from, T to);
}

/// <inheritdoc/>
internal sealed class ReconcileField<T, TField>(string name, Func<T, TField> get, Func<T, TField, T> set) : ReconcileField<T>(name)
{
    public override bool IsSame(T one, T other) => EqualityComparer<TField>.Default.Equals(get(one), get(other));

    public override T Copy(T from, T to) => set(to, get(from));
}
