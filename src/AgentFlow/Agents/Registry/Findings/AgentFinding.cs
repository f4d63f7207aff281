using System.Diagnostics;

namespace AgentFlow;

/// <summary>How much a finding matters.</summary>
public enum AgentFindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Information,

    /// <summary>Probably not meant.</summary>
    Warning,

    /// <summary>Runs will fail, or the version cannot be activated.</summary>
    Error,
}

/// <summary>Something wrong or doubtful about an agent of the registry.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Version">The version, or <see langword="null"/> when it is about the agent as a whole.</param>
/// <param name="Place">Where in the definition: <c>$.tools[1]</c>; <c>$</c> for all of it.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Cure">What to do about it.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record AgentFinding(AgentFindingSeverity Severity, string Agent, int? Version, string Place, string Problem, string Cure)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Severity} in {Agent}{(Version is { } number ? $" v{number}" : "")}, {Place}: {Problem}; {Cure}.";
}
