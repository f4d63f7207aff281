using System.Diagnostics;

namespace AgentFlow.Approvals;

/// <summary>What happened to a request before it was resolved.</summary>
public enum RequestChangeKind
{
    /// <summary>Somebody took it up: nobody else may answer.</summary>
    Claimed,

    /// <summary>It is free again.</summary>
    Released,

    /// <summary>It was handed to one person.</summary>
    Delegated,

    /// <summary>The next level is asked.</summary>
    Escalated,

    /// <summary>Somebody approved, and more people must.</summary>
    Approved,
}

/// <summary>Something that happened to a request before it was resolved. Immutable.</summary>
/// <param name="Kind">What.</param>
/// <param name="By">Who did it; <see langword="null"/> when the deadline did.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record RequestChange(RequestChangeKind Kind, Principal? By)
{
    /// <summary>The person or role it was handed to, or <see langword="null"/>.</summary>
    public string? To { get; init; }

    /// <summary>Why, or <see langword="null"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>When, by the runtime's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}{(To is null ? "" : $" to {To}")} by {By?.User ?? "the deadline"}{(Reason is null ? "" : $": {Reason}")}";
}
