using System.Diagnostics;

namespace AgentFlow.Testing;

/// <summary>How a scorer judges a case now, and how it did before.</summary>
/// <param name="Case">The case.</param>
/// <param name="Scorer">The scorer, or <see cref="CaseResult.Completed"/> for the share of runs that had a result.</param>
/// <param name="Before">The mean in the baseline.</param>
/// <param name="After">The mean now.</param>
/// <param name="Reason">What is said against the worst run now; empty when nothing is.</param>
public sealed record ScoreChange(string Case, string Scorer, double Before, double After, string Reason)
{
    /// <summary>By how much it has changed; negative is worse.</summary>
    public double Delta => After - Before;
}

/// <summary>What has become better and worse since a baseline, case by case and scorer by scorer. Immutable.</summary>
[DebuggerDisplay("{Regressions.Count} regressions, {Improvements.Count} improvements")]
public sealed class EvaluationComparison
{
    // Means of the same scores in another order differ in the last digits.
    private const double Rounding = 1e-9;

    internal EvaluationComparison(EvaluationReport baseline, EvaluationReport current, double tolerance)
    {
        (Baseline, Current, Tolerance) = (baseline, current, tolerance);
        string[] scorers = [.. current.Scorers.Intersect(baseline.Scorers, StringComparer.Ordinal), CaseResult.Completed];
        var before = baseline.Cases.ToDictionary(static each => each.Name, StringComparer.Ordinal);
        ScoreChange[] changes = [.. from now in current.Cases
                                    where before.ContainsKey(now.Name)
                                    from scorer in scorers
                                    select new ScoreChange(now.Name, scorer, before[now.Name].ScoreOf(scorer).Mean, now.ScoreOf(scorer).Mean, now.Worst(scorer))];
        Regressions = [.. changes.Where(change => change.Delta < -tolerance - Rounding).OrderBy(static change => change.Delta)];
        Improvements = [.. changes.Where(change => change.Delta > tolerance + Rounding).OrderByDescending(static change => change.Delta)];
        Unchanged = changes.Length - Regressions.Count - Improvements.Count;
        NewCases = [.. current.Cases.Select(static each => each.Name).Except(before.Keys, StringComparer.Ordinal)];
        MissingCases = [.. before.Keys.Except(current.Cases.Select(static each => each.Name), StringComparer.Ordinal)];
        NewScorers = [.. current.Scorers.Except(baseline.Scorers, StringComparer.Ordinal)];
        MissingScorers = [.. baseline.Scorers.Except(current.Scorers, StringComparer.Ordinal)];
    }

    /// <summary>The earlier report.</summary>
    public EvaluationReport Baseline { get; }

    /// <summary>The report of now.</summary>
    public EvaluationReport Current { get; }

    /// <summary>How far a score may move before it counts.</summary>
    public double Tolerance { get; }

    /// <summary>What has become worse, the worst first.</summary>
    public IReadOnlyList<ScoreChange> Regressions { get; }

    /// <summary>What has become better, the best first.</summary>
    public IReadOnlyList<ScoreChange> Improvements { get; }

    /// <summary>How many scores have stayed within the tolerance.</summary>
    public int Unchanged { get; }

    /// <summary>Cases that the baseline does not have.</summary>
    public IReadOnlyList<string> NewCases { get; }

    /// <summary>Cases that only the baseline has.</summary>
    public IReadOnlyList<string> MissingCases { get; }

    /// <summary>Scorers that the baseline does not have.</summary>
    public IReadOnlyList<string> NewScorers { get; }

    /// <summary>Scorers that only the baseline has.</summary>
    public IReadOnlyList<string> MissingScorers { get; }

    /// <summary>Whether something has become worse, or is no longer measured.</summary>
    public bool HasRegression => Regressions.Count + MissingCases.Count + MissingScorers.Count > 0;

    /// <summary>Fails when something has become worse, or when a case or scorer of the baseline is gone: what is not measured cannot be trusted to be as good.</summary>
    /// <returns>The same comparison.</returns>
    /// <exception cref="FlowAssertionException">The message is <see cref="ToText"/>.</exception>
    public EvaluationComparison AssertNoRegression() => HasRegression ? throw new FlowAssertionException(ToText()) : this;

    /// <summary>The comparison as text for a console.</summary>
    public string ToText() => EvaluationText.Of(this);

    /// <summary>The report of now as one HTML page with a chart in which the baseline is marked: no scripts, nothing loaded from elsewhere, every text escaped.</summary>
    public string ToHtml() => EvaluationPage.Of(Current, this);

    /// <inheritdoc/>
    public override string ToString() => ToText();
}
