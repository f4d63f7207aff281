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
    public virtual ApprovalDemand? Demand() => null;

    public virtual PolicyContent Content() => new(Value, null, Label);

    /// <summary>Turns what a policy or a human gives back into what <see cref="Take"/> takes, or says why it cannot be gone on with. Changes nothing.</summary>
    public virtual Misfit? Fit(ref object? given) => given is T || given is null && default(T) is null
        ? null
        : new(null, given, TypeNames.Short(typeof(T)), $"is {(given is null ? "null" : TypeNames.Short(given.GetType()))}, not {TypeNames.Short(typeof(T))}", $"Give a {TypeNames.Short(typeof(T))}.");

    /// <summary>Goes on with another value, or says why not.</summary>
    public Misfit? TryReplace(object? given)
    {
        if (Fit(ref given) is { } misfit) return misfit;
        Take(given);
        return null;
    }

    public void Replace(object? given)
    {
        if (TryReplace(given) is { } misfit) throw new InvalidOperationException($"A modified value passed the inbox although {misfit.Problem}.");
    }

    protected virtual void Take(object? fitting) => Value = (T)fitting!;
}

/// <summary>That a human must approve, who says so, and why.</summary>
/// <param name="By">The policy or rule.</param>
/// <param name="AskedBy">Who asks the human.</param>
/// <param name="Reason">Shown to the human.</param>
/// <param name="Role">Who may answer; anybody when null.</param>
internal sealed record ApprovalDemand(string By, string AskedBy, string Reason, string? Role)
{
    /// <summary>Who demands what an operation's own rule demands.</summary>
    public const string Rule = "approval rule";

    /// <summary>How many people, who not, until when.</summary>
    public Approvals.RequestTerms Terms { get; init; } = Approvals.RequestTerms.Default;
}
