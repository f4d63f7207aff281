using System.Diagnostics;
using System.Globalization;

namespace AgentFlow;

/// <summary>What somebody did to an agent of the registry.</summary>
public enum AgentChangeKind
{
    /// <summary>A new version was added.</summary>
    Registered,

    /// <summary>New runs get this version.</summary>
    Activated,

    /// <summary>A share of the new runs gets this version.</summary>
    CanaryStarted,

    /// <summary>No new run gets this version as a canary any more.</summary>
    CanaryEnded,

    /// <summary>The last activation was taken back: new runs get this version again.</summary>
    RolledBack,

    /// <summary>No new run gets this version any more.</summary>
    Deprecated,

    /// <summary>A deprecated version may be used again.</summary>
    Reinstated,
}

/// <summary>
/// One change of the registry: who did what to which version, when and why. The changes are all that a registry is; what is active
/// follows from them. Immutable.
/// </summary>
[DebuggerDisplay("{Sequence} {Kind} {Agent} v{Version}")]
public sealed record AgentChange
{
    /// <summary>The position among all changes, from 1, without gaps.</summary>
    public required int Sequence { get; init; }

    /// <summary>What was done.</summary>
    public required AgentChangeKind Kind { get; init; }

    /// <summary>To which agent.</summary>
    public required string Agent { get; init; }

    /// <summary>To which of its versions, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>Who did it: user, tenant and project.</summary>
    public required Principal By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When, by the registry's clock. The order is <see cref="Sequence"/>: a clock may go back.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The content of a version that was registered; <see langword="null"/> for other changes.</summary>
    public AgentDefinition? Definition { get; init; }

    /// <summary>How many percent of the new runs get a canary; <see langword="null"/> for other changes.</summary>
    public double? Percent { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var share = Percent is { } percent ? string.Create(CultureInfo.InvariantCulture, $" for {percent} % of the runs") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Time:u} {Agent} v{Version} {Kind}{share} by {By.User}: {Reason}");
    }
}
