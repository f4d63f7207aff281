namespace AgentFlow.Journaling;

/// <summary>What an operator did to a run.</summary>
public enum OperatorAct
{
    /// <summary>No effect starts any more.</summary>
    Paused,

    /// <summary>Effects start again.</summary>
    Continued,

    /// <summary>A result was given in place of an effect that waited.</summary>
    Replaced,

    /// <summary>An effect that waited was skipped: its input is its result.</summary>
    Skipped,
}

/// <summary>An operator paused or continued the run, or stood in for an effect. What they gave stands in the effect's own entry.</summary>
public sealed class OperatorActedEntry : JournalEntry
{
    internal OperatorActedEntry(StepPath path, OperatorAct act, Principal actor, string reason)
        : base(JournalEntryKind.OperatorActed, path) => (Act, Actor, Reason) = (act, actor, reason);

    /// <summary>What they did.</summary>
    public OperatorAct Act { get; }

    /// <summary>Who.</summary>
    public Principal Actor { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    private protected override string Summary => $"{Act} by {Actor.User}: {Reason}";
}
