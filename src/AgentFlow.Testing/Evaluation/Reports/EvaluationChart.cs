using System.Globalization;
using System.Text;

namespace AgentFlow.Testing;

/// <summary>The chart of a page: a bar per case, the baseline as a line across it, the other flow as a ring.</summary>
internal sealed class EvaluationChart(StringBuilder page, EvaluationReport report, EvaluationComparison? comparison)
{
    private const int Left = 250;
    private const int Width = 460;
    private const int Row = 20;

    public void Write()
    {
        var height = (report.Cases.Count + 1) * Row;
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Left + Width + 50} {height}\" role=\"img\" aria-label=\"mean score per case\">\n<text class=\"s\" x=\"{Left}\" y=\"13\">0</text><text class=\"s\" x=\"{Left + Width}\" y=\"13\" text-anchor=\"end\">1</text>");
        if (Legend() is { Length: > 0 } legend) page.Append(CultureInfo.InvariantCulture, $"<text class=\"s\" x=\"{Left + Width / 2}\" y=\"13\" text-anchor=\"middle\">{legend}</text>");
        page.Append(CultureInfo.InvariantCulture, $"\n<path class=\"k\" d=\"{string.Concat(Enumerable.Range(0, 5).Select(quarter => $"M{Left + quarter * Width / 4} {Row}V{height}"))}\"/>\n");
        var worse = Names(comparison?.Regressions);
        var better = Names(comparison?.Improvements);
        for (var i = 0; i < report.Cases.Count; i++)
        {
            var each = report.Cases[i];
            WriteRow((i + 1) * Row, each, worse.Contains(each.Name) || each.FailedRuns > 0 ? " class=\"w\"" : better.Contains(each.Name) ? " class=\"u\"" : "");
        }

        page.Append("</svg>\n");
    }

    private void WriteRow(int y, CaseResult each, string color)
    {
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 14}\" text-anchor=\"end\">{EvaluationPage.Escape(each.Name, 34)}</text>")
            .Append(CultureInfo.InvariantCulture, $"<rect{color} x=\"{Left}\" y=\"{y + 4}\" width=\"{Length(each.Mean)}\" height=\"12\"/>");
        if (comparison?.Baseline.Case(each.Name) is { } before) page.Append(CultureInfo.InvariantCulture, $"<path class=\"p\" d=\"M{Left + Length(before.Mean)} {y + 2}v16\"/>");
        if (report.Against?.Case(each.Name) is { } other) page.Append(CultureInfo.InvariantCulture, $"<circle class=\"o\" cx=\"{Left + Length(other.Mean)}\" cy=\"{y + 10}\" r=\"5\"/>");
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + Width + 8}\" y=\"{y + 14}\">{PlainText.Number(each.Mean)}</text>\n");
    }

    private string Legend()
    {
        var line = comparison is null ? "" : "line: baseline";
        if (report.Against is not { } other) return line;
        return $"{line}{(line.Length > 0 ? ", " : "")}ring: {EvaluationPage.Escape(other.Name, 34)}";
    }

    private static int Length(double share) => (int)Math.Round(share * Width);

    private static HashSet<string> Names(IReadOnlyList<ScoreChange>? changes) => [.. changes?.Select(static change => change.Case) ?? []];
}
