using System.Globalization;
using AgentFlow;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InsuranceClaims;

/// <summary>What is printed when everything is over.</summary>
internal static class ClosingTables
{
    // The whole of it stands in claims.md.
    private const int LongestReason = 280;

    private static readonly Style Red = new(Color.Red);

    public static IRenderable Results(IEnumerable<ClaimResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn(new TableColumn("claim").NoWrap()).AddColumn(new TableColumn("outcome").NoWrap())
            .AddColumn(new TableColumn("paid").NoWrap().RightAligned()).AddColumn(new TableColumn("person").NoWrap()).AddColumn("reason");
        foreach (var result in results)
            table.AddRow(
                PlainText.Cell(result.Id),
                PlainText.Cell(result.Outcome, result.Failed ? Red : null),
                PlainText.Cell(result.Failed ? "" : Money.Plain(result.Amount)),
                PlainText.Cell(result.Person),
                PlainText.Cell(Shorten(result.Reason)));
        return table;
    }

    public static IRenderable Costs(RunReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("agent").NoWrap());
        foreach (var name in (string[])["model calls", "tool calls", "time", "tokens in", "tokens out", "cost"])
            table.AddColumn(new TableColumn(name).NoWrap().RightAligned());
        foreach (var agent in report.Agents)
            table.AddRow(Row(agent.Agent, agent));
        return table.AddEmptyRow().AddRow(Row("all", report.Total));
    }

    private static string Shorten(string reason) => reason.Length <= LongestReason ? reason : reason[..LongestReason].TrimEnd() + " …";

    private static IRenderable[] Row(string name, AgentReport agent) =>
    [
        PlainText.Cell(name),
        Number(agent.ModelCalls),
        Number(agent.ToolCalls),
        PlainText.Cell(string.Create(CultureInfo.InvariantCulture, $"{(agent.ModelTime + agent.ToolTime).TotalSeconds:N2} s")),
        Number(agent.InputTokens),
        Number(agent.OutputTokens),
        PlainText.Cell(agent.UnpricedCalls > 0 ? "unknown" : string.Create(CultureInfo.InvariantCulture, $"${agent.Cost:N4}")),
    ];

    private static Text Number(long value) => PlainText.Cell(value.ToString("N0", CultureInfo.InvariantCulture));
}
