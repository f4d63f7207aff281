using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InsuranceClaims;

/// <summary>What is printed when everything is over.</summary>
internal static class ClosingTables
{
    private static readonly Style Red = new(Color.Red);

    public static IRenderable Results(IEnumerable<ClaimResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("claim").AddColumn("outcome").AddColumn(new TableColumn("paid").RightAligned()).AddColumn("person").AddColumn("reason");
        foreach (var result in results)
            table.AddRow(
                PlainText.Cell(result.Id),
                PlainText.Cell(result.Outcome, result.Failed ? Red : null),
                PlainText.Cell(result.Failed ? "" : Money.Plain(result.Amount)),
                PlainText.Cell(result.Person),
                PlainText.Cell(result.Reason));
        return table;
    }

    public static IRenderable Costs(IReadOnlyCollection<AgentCost> agents)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("agent");
        foreach (var name in (string[])["calls", "time", "tokens in", "tokens out", "cost"])
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var agent in agents)
            table.AddRow(Row(agent));
        var sum = new AgentCost("all", agents.Sum(agent => agent.Calls), new TimeSpan(agents.Sum(agent => agent.Time.Ticks)),
            agents.Sum(agent => agent.InputTokens), agents.Sum(agent => agent.OutputTokens), agents.Sum(agent => agent.Cost));
        return table.AddEmptyRow().AddRow(Row(sum));
    }

    private static IRenderable[] Row(AgentCost agent) =>
    [
        PlainText.Cell(agent.Agent),
        Number(agent.Calls),
        PlainText.Cell(string.Create(CultureInfo.InvariantCulture, $"{agent.Time.TotalSeconds:N2} s")),
        Number(agent.InputTokens),
        Number(agent.OutputTokens),
        PlainText.Cell(string.Create(CultureInfo.InvariantCulture, $"${agent.Cost:N4}")),
    ];

    private static Text Number(long value) => PlainText.Cell(value.ToString("N0", CultureInfo.InvariantCulture));
}
