using AgentFlow;

namespace ResearchDesk;

/// <summary>What one unit of spending brought.</summary>
internal sealed record Ratio(string Name, decimal Value, string Calculation);

/// <summary>Code divides, not a model.</summary>
internal static class Ratios
{
    private const string Spend = "spend of ";

    public static IReadOnlyList<Ratio> Of(IReadOnlyList<Reconciled<Figure>> settled)
    {
        var figures = settled.Select(one => one.Value).ToDictionary(figure => figure.Name);
        return
        [
            .. from spent in figures.Values
               where spent.Name.StartsWith(Spend, StringComparison.Ordinal) && spent.Value > 0
               let subject = spent.Name[Spend.Length..]
               where figures.ContainsKey($"revenue of {subject}")
               let earned = figures[$"revenue of {subject}"]
               orderby earned.Value / spent.Value descending
               select new Ratio($"revenue per {spent.Unit} spent on {subject}", Math.Round(earned.Value / spent.Value, 2), $"{earned.Value:#,0.##} / {spent.Value:#,0.##}"),
        ];
    }
}
