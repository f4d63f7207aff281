namespace AgentFlow.Policies;

/// <summary>The value under judgement: how policies see it, how they and humans may change it.</summary>
internal class PolicySubject<T>(T value, Label? label)
{
    public T Value { get; protected set; } = value;

    /// <summary>What a human is shown and may return changed.</summary>
    public virtual object? Shown => Value;

    public virtual Type ShownType => typeof(T);

    protected Label? Label { get; } = label;

    public virtual PolicyContent Content() => new(Value, null, Label);

    public virtual bool TryReplace(object? replacement)
    {
        if (replacement is T typed)
        {
            Value = typed;
            return true;
        }

        if (replacement is not null || default(T) is not null) return false;
        Value = default!;
        return true;
    }

    public void Replace(object? replacement)
    {
        if (!TryReplace(replacement)) throw new InvalidOperationException("A modified value of another type passed the inbox.");
    }
}
