using System.Diagnostics;

namespace AgentFlow.Testing;

/// <summary>What a replay does with effects that lie behind the cut.</summary>
public enum ReplayBodies
{
    /// <summary>
    /// Their outcomes are taken from the checked run, at the instants they came then. No body is executed: no model is asked, no
    /// tool is called. Checks the flow.
    /// </summary>
    Recorded,

    /// <summary>Their bodies are executed. Checks the bodies too: they must yield the same again. Models must have replies left.</summary>
    Executed,
}

/// <summary>How a replay check works.</summary>
[DebuggerDisplay("{Bodies}, {MaxCuts} cuts")]
public sealed record ReplayOptions
{
    internal static readonly ReplayOptions Default = new();

    /// <summary>What happens with effects behind the cut. Default: <see cref="ReplayBodies.Recorded"/>.</summary>
    public ReplayBodies Bodies { get; init; } = ReplayBodies.Recorded;

    /// <summary>After how many entries the journal is cut at the most, spread evenly, first and last included; at least 2. Default 200.</summary>
    public int MaxCuts { get; init; } = 200;
}

/// <summary>What a replay check has checked.</summary>
/// <param name="Entries">The entries of the journal.</param>
/// <param name="Cuts">After how many of them it was cut and continued.</param>
/// <param name="Uncertain">
/// How many cuts were left out because they lie between the intent and the outcome of an irreversible effect: a run that stops
/// there goes on only after somebody has found out what happened.
/// </param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record ReplayReport(int Entries, int Cuts, int Uncertain)
{
    /// <summary>The report in one line.</summary>
    public override string ToString() => $"continued after {Cuts} of {Entries} entries{(Uncertain > 0 ? $", {Uncertain} uncertain" : "")}";
}
