using System.Diagnostics;
using System.Text;

namespace AgentFlow.Testing;

/// <summary>Whether a stored run fits the flows of today.</summary>
public enum HistoryVerdict
{
    /// <summary>Its flow takes the same way again, and an open run could go on.</summary>
    Compatible,

    /// <summary>Nothing would be executed: no registered flow continues it, or its entries cannot be read.</summary>
    Refused,

    /// <summary>Its flow would take another way.</summary>
    Diverged,
}

/// <summary>Where a replay differs from what was recorded.</summary>
/// <param name="Path">The place.</param>
/// <param name="Recorded">What the history says.</param>
/// <param name="Now">What the flow does now.</param>
public sealed record ReplayDivergence(StepPath Path, string Recorded, string Now)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Path}': recorded {Recorded}, now {Now}";
}

/// <summary>What came of one history.</summary>
/// <param name="Source">The run's id, or the file.</param>
/// <param name="Flow">The flow; empty when the history cannot be read.</param>
/// <param name="Verdict">Whether it fits.</param>
/// <param name="Reason">Why it was refused; null otherwise.</param>
/// <param name="Divergences">Where it differs; decisions that would be taken otherwise, and the place where the replay had to end.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record CheckedHistory(string Source, string Flow, HistoryVerdict Verdict, string? Reason, IReadOnlyList<ReplayDivergence> Divergences)
{
    /// <summary>The finding in a few lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Source} of '{Flow}': {Verdict}");
        if (Reason is not null) text.Append($": {Reason}");
        foreach (var divergence in Divergences) text.Append($"\n    {divergence}");
        return text.ToString();
    }
}

/// <summary>What came of all histories.</summary>
/// <param name="Histories">Each of them, in the order in which they were read.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record ReplayFindings(IReadOnlyList<CheckedHistory> Histories)
{
    /// <summary>Whether every history fits.</summary>
    public bool AreCompatible => Histories.All(static history => history.Verdict == HistoryVerdict.Compatible);

    /// <summary>Fails when a history does not fit, or when there is none to check.</summary>
    /// <exception cref="FlowAssertionException">The message lists them with place, record and cause.</exception>
    public ReplayFindings ShouldBeCompatible()
    {
        if (Histories.Count == 0) throw new FlowAssertionException("There was no history to check: nothing is known about the change.");
        return AreCompatible ? this : throw new FlowAssertionException(ToString());
    }

    /// <summary>The histories that do not fit, and how many do.</summary>
    public override string ToString()
    {
        var others = Histories.Where(static history => history.Verdict != HistoryVerdict.Compatible).ToList();
        return $"{Histories.Count - others.Count} of {Histories.Count} histories fit the flows of today.{string.Concat(others.Select(static history => $"\n  {history}"))}";
    }
}
