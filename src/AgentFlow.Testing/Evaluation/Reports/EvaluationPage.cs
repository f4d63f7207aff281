using System.Globalization;
using System.Net;
using System.Text;

namespace AgentFlow.Testing;

/// <summary>A report as one HTML page that is well-formed XML, too. Names and reasons are anybody's text: they get here through <see cref="Escape"/> only.</summary>
internal sealed class EvaluationPage
{
    private const string Style =
        ":root{color-scheme:light dark;--f:#1b1f24;--b:#fff;--m:#667;--l:#d5d9e0;--a:#2f6fde;--g:#1a7f4b;--r:#c62f3b}"
        + "@media(prefers-color-scheme:dark){:root{--f:#e4e8ee;--b:#14171b;--m:#9aa3b0;--l:#39404a;--a:#5b93f5;--g:#45b87f;--r:#f0717b}}"
        + "body{font:14px/1.45 system-ui,sans-serif;color:var(--f);background:var(--b);max-width:64em;margin:2em auto;padding:0 1em}"
        + "h1{font-size:1.4em}table{border-collapse:collapse;width:100%}td,th{padding:.2em .6em;border-bottom:1px solid var(--l);text-align:left;vertical-align:top;overflow-wrap:anywhere}"
        + "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}svg{width:100%;height:auto}"
        + "svg text{fill:var(--f);font-size:12px}svg .s{fill:var(--m)}rect{fill:var(--a)}.k{stroke:var(--l)}.w{fill:var(--r)}.u{fill:var(--g)}"
        + ".p{stroke:var(--f);stroke-width:2}.o{fill:none;stroke:var(--m);stroke-width:1.5}.r{color:var(--r)}.g{color:var(--g)}p,.m{color:var(--m)}";

    private readonly StringBuilder _page = new();
    private readonly EvaluationReport _report;
    private readonly EvaluationComparison? _comparison;

    private EvaluationPage(EvaluationReport report, EvaluationComparison? comparison) => (_report, _comparison) = (report, comparison);

    public static string Of(EvaluationReport report, EvaluationComparison? comparison)
    {
        var page = new EvaluationPage(report, comparison);
        page.Write();
        return page._page.ToString();
    }

    private void Write()
    {
        var name = Escape(_report.Name, 60);
        _page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width\"/>")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/><title>")
            .Append(name).Append("</title><style>").Append(Style).Append("</style></head><body><h1>").Append(name).Append(' ').Append(PlainText.Number(_report.Totals.Mean));
        if (_comparison is not null) WriteDelta(_report.Totals.Mean - _comparison.Baseline.Totals.Mean, " ");
        _page.Append("</h1>\n");
        WriteSummary();
        new EvaluationChart(_page, _report, _comparison).Write();
        WriteCases();
        if (_comparison is not null) WriteChanges(_comparison);
        _page.Append("</body></html>\n");
    }

    private void WriteSummary()
    {
        WriteSide("", _report);
        if (_report.Against is { } other) WriteSide($"against {Escape(other.Name, 60)}: {PlainText.Number(other.Totals.Mean)} · ", other);
        if (_comparison is not null) WriteSide($"baseline: {PlainText.Number(_comparison.Baseline.Totals.Mean)} · ", _comparison.Baseline);
    }

    private void WriteSide(string opening, EvaluationReport report)
    {
        var totals = report.Totals;
        _page.Append("<p>").Append(opening)
            .Append(CultureInfo.InvariantCulture, $"{report.Cases.Count} cases, {totals.Runs} runs, {totals.Usage}, {Durations.Text(totals.MeanLatency)} a run");
        if (totals.Judging != EvaluationUsage.None) _page.Append(CultureInfo.InvariantCulture, $"; judges: {totals.Judging}");
        if (totals.FailedRuns > 0) _page.Append(CultureInfo.InvariantCulture, $" · <b class=\"r\">{totals.FailedRuns} runs failed</b>");
        if (totals.ScorerErrors > 0) _page.Append(CultureInfo.InvariantCulture, $" · <b class=\"r\">{totals.ScorerErrors} scores missing: the scorer failed</b>");
        _page.Append("</p>\n");
    }

    private void WriteCases()
    {
        _page.Append("<table><tr><th>case</th>");
        foreach (var scorer in _report.Scorers) _page.Append("<th class=\"n\">").Append(Escape(scorer, 20)).Append("</th>");
        _page.Append("<th>worst</th></tr>\n");
        foreach (var each in _report.Cases)
        {
            _page.Append("<tr><td>").Append(Escape(each.Name, 60)).Append("</td>");
            foreach (var scorer in _report.Scorers)
            {
                var score = each.ScoreOf(scorer);
                _page.Append("<td class=\"n\">").Append(PlainText.Number(score.Mean));
                if (score.Spread > 0) _page.Append("<br/><small class=\"m\">").Append(PlainText.Number(score.Min)).Append('–').Append(PlainText.Number(score.Max)).Append("</small>");
                _page.Append("</td>");
            }

            _page.Append(each.FailedRuns > 0 ? "<td class=\"r\">" : "<td class=\"m\">").Append(Escape(each.Worst(), 120)).Append("</td></tr>\n");
        }

        _page.Append("</table>\n");
    }

    private void WriteChanges(EvaluationComparison comparison)
    {
        WriteChanges("Worse", comparison.Regressions);
        WriteChanges("Better", comparison.Improvements);
        WriteNames("Gone since the baseline", comparison.MissingCases.Concat(comparison.MissingScorers));
        WriteNames("New since the baseline", comparison.NewCases.Concat(comparison.NewScorers));
    }

    private void WriteChanges(string title, IReadOnlyList<ScoreChange> changes)
    {
        if (changes.Count == 0) return;
        _page.Append("<h2>").Append(title).Append("</h2><table>");
        foreach (var change in changes.Take(50))
        {
            _page.Append("<tr><td>").Append(Escape(change.Case, 60)).Append("</td><td>").Append(Escape(change.Scorer, 20)).Append("</td><td class=\"n\">")
                .Append(PlainText.Number(change.Before)).Append(" → ").Append(PlainText.Number(change.After));
            WriteDelta(change.Delta, " ");
            _page.Append("</td></tr>\n");
        }

        _page.Append("</table>");
        if (changes.Count > 50) _page.Append(CultureInfo.InvariantCulture, $"<p>and {changes.Count - 50} more</p>");
    }

    private void WriteNames(string title, IEnumerable<string> names)
    {
        string[] all = [.. names];
        if (all.Length > 0) _page.Append("<h2>").Append(title).Append("</h2><p>").Append(WebUtility.HtmlEncode(PlainText.List(all, 20))).Append("</p>");
    }

    private void WriteDelta(double delta, string before)
    {
        var color = delta switch { <= -0.005 => 'r', >= 0.005 => 'g', _ => 'm' };
        _page.Append(before).Append("<span class=\"").Append(color).Append("\">").Append(PlainText.Signed(delta)).Append("</span>");
    }

    internal static string Escape(string text, int most) => WebUtility.HtmlEncode(PlainText.Line(text, most));
}
