namespace AgentFlow.Policies;

/// <summary>The value under judgement: how policies see it, how they and humans may change it.</summary>
internal class PolicySubject<T>(T value, Label? label)
{
    public T Value { get; protected set; } = value;

    /// <summary>What a human is shown and may return changed.</summary>
    public virtual object? Shown => Value;

    public virtual Type ShownType => typeof(T);

    protected Label? Label { get; } = label;

    /// <summary>What the operation itself demands of a human, given its value as it stands; null when it demands nothing.</summary>
    /// <exception cref="PolicyDeniedException">The rule that decides it failed.</exception>
    public virtual ApprovalDemand? DemandFor(StepPath path) => null;

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

/// <summary>That a human must approve, who says so, and why.</summary>
/// <param name="By">The policy or rule.</param>
/// <param name="AskedBy">Who asks the human.</param>
/// <param name="Reason">Shown to the human.</param>
/// <param name="Role">Who may answer; anybody when null.</param>
internal sealed record ApprovalDemand(string By, string AskedBy, string Reason, string? Role);
