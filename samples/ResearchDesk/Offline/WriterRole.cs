using System.Globalization;
using System.Text;
using AgentFlow;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>Writes from what was shown. Like many writers, it leaves out how figures were decided until a reviewer asks for it.</summary>
internal static class WriterRole
{
    public static IEnumerable<AIContent> Answer(Conversation conversation)
    {
        var order = conversation.Input<Redo<WriteOrder, Draft>>();
        var figures = conversation.Earlier<List<Reconciled<Figure>>>("figures");
        var ratios = conversation.Earlier<List<Ratio>>("ratios");
        var remarks = conversation.Earlier<List<Remark>>("remarks").Where(remark => remark.Source != "compare").ToList();
        var text = new StringBuilder("## In short\n\n").Append(InShort(figures, ratios, remarks)).Append("\n\n## Figures\n\n| figure | value | from |\n|---|---:|---|\n");
        foreach (var figure in figures.Select(one => one.Value)) text.Append(CultureInfo.InvariantCulture, $"| {figure.Name} | {$"{figure.Value:#,0.##} {figure.Unit}".Trim()} | [{figure.Source}] |\n");
        foreach (var ratio in ratios) text.Append(CultureInfo.InvariantCulture, $"| {ratio.Name} | {ratio.Value:0.00} | {ratio.Calculation} |\n");
        if (order.Reasons.Count > 0) text.Append("\n### Told differently\n\n").Append(Disputes(figures));
        text.Append("\n## What the files say\n\n");
        foreach (var remark in remarks) text.Append(CultureInfo.InvariantCulture, $"- \"{remark.Text}\" [{remark.Source}]\n");
        if (remarks.Count == 0) text.Append("Nothing that asks for something.\n");
        text.Append("\n## What to do\n\n").Append(ToDo(ratios, remarks));
        yield return Conversation.Say(new Draft($"Report: {order.Task.Question.TrimEnd('?', '.')}", text.ToString()));
    }

    private static string InShort(List<Reconciled<Figure>> figures, List<Ratio> ratios, List<Remark> remarks)
    {
        var best = ratios.Count > 1 ? $"Money spent on {Subject(ratios[0])} brings {ratios[0].Value.ToString("0.00", CultureInfo.InvariantCulture)} times as much, on {Subject(ratios[^1])} {ratios[^1].Value.ToString("0.00", CultureInfo.InvariantCulture)} times. " : "";
        var disputed = figures.Disputed().Count();
        return $"{best}{figures.Count} figures were found, {disputed} of them told differently by several files, and {remarks.Count} remarks.";
    }

    private static string Disputes(List<Reconciled<Figure>> figures)
    {
        var text = new StringBuilder();
        foreach (var one in figures.Disputed()) text.Append(CultureInfo.InvariantCulture, $"- **{one.Value.Name}**: {one.Dispute()}. Why: {one.Why()}\n");
        return text.ToString();
    }

    private static string ToDo(List<Ratio> ratios, List<Remark> remarks)
    {
        var text = new StringBuilder();
        if (ratios.Count > 1 && ratios[0].Value > ratios[^1].Value) text.Append(CultureInfo.InvariantCulture, $"1. Move money from {Subject(ratios[^1])} ({ratios[^1].Calculation}) to {Subject(ratios[0])} ({ratios[0].Calculation}).\n");
        foreach (var source in remarks.GroupBy(remark => remark.Source)) text.Append(CultureInfo.InvariantCulture, $"1. Act on {source.Count()} remark{(source.Count() == 1 ? "" : "s")} in [{source.Key}].\n");
        return text.Length > 0 ? text.ToString() : "Nothing follows from the files.\n";
    }

    private static string Subject(Ratio ratio) => ratio.Name[(ratio.Name.IndexOf(" on ", StringComparison.Ordinal) + 4)..];
}
