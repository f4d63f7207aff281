using System.Globalization;
using System.Text;

namespace AgentFlow.Testing;

/// <summary>Reports and comparisons for a console.</summary>
internal static class EvaluationText
{
    private const int NameWidth = 40;
    private const int ReasonWidth = 160;

    public static string Of(EvaluationReport report)
    {
        var text = new StringBuilder();
        var totals = report.Totals;
        var repetitions = report.Cases.Max(static each => each.Runs.Count);
        text.Append(CultureInfo.InvariantCulture, $"{Name(report.Name)}: {PlainText.Number(totals.Mean)} over {Counted(report.Cases.Count, "case")}{(repetitions > 1 ? $" × {repetitions} runs" : "")}").AppendLine()
            .Append(CultureInfo.InvariantCulture, $"  {totals.Usage}, {Durations.Text(totals.MeanLatency)} a run").AppendLine();
        if (totals.Judging != EvaluationUsage.None) text.Append(CultureInfo.InvariantCulture, $"  judges: {totals.Judging}").AppendLine();
        if (totals.FailedRuns > 0) text.Append(CultureInfo.InvariantCulture, $"  {totals.FailedRuns} of {totals.Runs} runs failed").AppendLine();
        if (totals.ScorerErrors > 0) text.Append(CultureInfo.InvariantCulture, $"  {Counted(totals.ScorerErrors, "score")} missing: the scorer failed").AppendLine();
        AppendTable(text, report);
        if (report.Against is { } other) AppendAgainst(text, report, other);
        return text.ToString();
    }

    public static string Of(EvaluationComparison comparison)
    {
        var text = new StringBuilder();
        var (before, after) = (comparison.Baseline.Totals, comparison.Current.Totals);
        text.Append(CultureInfo.InvariantCulture, $"{Name(comparison.Current.Name)}: {PlainText.Number(after.Mean)}, was {PlainText.Number(before.Mean)} ({PlainText.Signed(after.Mean - before.Mean)}); {Counted(comparison.Regressions.Count, "regression")}, {Counted(comparison.Improvements.Count, "improvement")}, {comparison.Unchanged} unchanged, tolerance {PlainText.Number(comparison.Tolerance)}").AppendLine();
        text.Append("  was ").Append(before.Usage).AppendLine().Append("  now ").Append(after.Usage).AppendLine();
        Append(text, "worse", comparison.Regressions);
        Append(text, "better", comparison.Improvements);
        Append(text, "cases that are gone (save a new baseline when that is meant)", comparison.MissingCases);
        Append(text, "scorers that are gone (save a new baseline when that is meant)", comparison.MissingScorers);
        Append(text, "new cases", comparison.NewCases);
        Append(text, "new scorers", comparison.NewScorers);
        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, EvaluationReport report)
    {
        var width = Math.Clamp(report.Cases.Max(static each => Name(each.Name).Length), 4, NameWidth);
        string[] columns = [.. report.Scorers.Select(static name => PlainText.Line(name, 20))];
        text.Append("  ").Append("case".PadRight(width)).Append("   mean");
        foreach (var column in columns) text.Append("  ").Append(column.PadLeft(4));
        text.AppendLine();
        foreach (var each in report.Cases)
        {
            text.Append("  ").Append(Name(each.Name).PadRight(width)).Append("   ").Append(PlainText.Number(each.Mean));
            for (var i = 0; i < columns.Length; i++) text.Append("  ").Append(PlainText.Number(each.ScoreOf(report.Scorers[i]).Mean).PadLeft(Math.Max(4, columns[i].Length)));
            if (each.Runs.Count > 1 && report.Scorers.Max(name => each.ScoreOf(name).Spread) is > 0 and var spread) text.Append("  ±").Append(PlainText.Number(spread / 2));
            if (each.Worst() is { Length: > 0 } reason) text.Append("  ").Append(PlainText.Line(reason, ReasonWidth));
            text.AppendLine();
        }
    }

    private static void AppendAgainst(StringBuilder text, EvaluationReport report, EvaluationReport other)
    {
        var comparison = report.CompareWith(other, 0);
        text.Append(CultureInfo.InvariantCulture, $"  against {Name(other.Name)}: {PlainText.Number(other.Totals.Mean)} ({PlainText.Signed(report.Totals.Mean - other.Totals.Mean)} for {Name(report.Name)}: better in {Cases(comparison.Improvements)}, worse in {Cases(comparison.Regressions)})").AppendLine()
            .Append(CultureInfo.InvariantCulture, $"    {other.Totals.Usage}, {Durations.Text(other.Totals.MeanLatency)} a run{(other.Totals.FailedRuns > 0 ? $", {other.Totals.FailedRuns} of {other.Totals.Runs} runs failed" : "")}").AppendLine();

        static int Cases(IEnumerable<ScoreChange> changes) => changes.Select(static change => change.Case).Distinct(StringComparer.Ordinal).Count();
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<ScoreChange> changes)
    {
        if (changes.Count == 0) return;
        text.Append("  ").Append(title).AppendLine(":");
        foreach (var change in changes)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Name(change.Case)} / {PlainText.Line(change.Scorer, 20)}: {PlainText.Number(change.After)}, was {PlainText.Number(change.Before)} ({PlainText.Signed(change.Delta)})");
            if (change.Reason.Length > 0) text.Append("  ").Append(PlainText.Line(change.Reason, ReasonWidth));
            text.AppendLine();
        }
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<string> names)
    {
        if (names.Count > 0) text.Append("  ").Append(title).Append(": ").AppendLine(PlainText.List(names, 20));
    }

    private static string Name(string name) => PlainText.Line(name, NameWidth);

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
