using System.Text.RegularExpressions;
using AgentFlow;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>Looks at a table, has its columns added up, and names the sums.</summary>
internal static partial class TableRole
{
    public static IEnumerable<AIContent> Answer(Conversation conversation)
    {
        var file = File().Match(conversation.Input<PlannedTask<ResearchOrder, Findings>>().Task).Groups[1].Value;
        if (conversation.Results.Count == 0) return [Conversation.Call("describe_table", 1, ("file", file))];
        var sums = conversation.ResultsOf<List<GroupSum>>("sum_table").ToList();
        if (sums.Count > 0) return [Conversation.Say(new Findings([.. sums.SelectMany(sum => Figures(file, $"{sum.Call.Arguments!["column"]}", sum.Result))], []))];
        var calls = conversation.ResultsOf<TableInfo>("describe_table").SelectMany(described => Sums(described.Result)).ToArray();
        return calls.Length > 0 ? calls : [Conversation.Say(Findings.None)];
    }

    private static IEnumerable<AIContent> Sums(TableInfo table)
    {
        var by = table.Columns.Where(column => column is { Kind: "text", DifferentValues: > 1, Values.Count: > 0 } && !Period().IsMatch(column.Name)).MinBy(column => column.DifferentValues);
        return by is null ? [] : table.Columns.Where(column => column.Kind == "number" && !Period().IsMatch(column.Name)).Select((column, i) =>
            Conversation.Call("sum_table", i + 2, ("file", table.File), ("column", column.Name), ("by", by.Name)));
    }

    private static IEnumerable<Figure> Figures(string file, string column, List<GroupSum> sums)
    {
        var parts = column.Split('_');
        var unit = parts.Length > 1 && Unit().IsMatch(parts[^1]) ? parts[^1].ToUpperInvariant() : "";
        var name = Plain(unit.Length > 0 ? string.Join(' ', parts[..^1]) : column);
        return Rate().IsMatch(name)
            ? sums.Select(sum => new Figure($"average {name} of {Plain(sum.Value)}", sum.Average, unit, file, sum.Rows))
            : sums.Select(sum => new Figure($"{name} of {Plain(sum.Value)}", sum.Sum, unit, file, sum.Rows));
    }

    private static string Plain(string text) => text.Replace('-', ' ').Replace('_', ' ').ToLowerInvariant();

    [GeneratedRegex(@"table (.+)\.$")]
    private static partial Regex File();

    [GeneratedRegex(@"(^|_)(year|quarter|month|week|day|date)$", RegexOptions.IgnoreCase)]
    private static partial Regex Period();

    [GeneratedRegex(@"\b(score|rating|grade|age|rate|share)$")]
    private static partial Regex Rate();

    [GeneratedRegex("^(eur|usd|gbp|chf|kg|km)$", RegexOptions.IgnoreCase)]
    private static partial Regex Unit();
}
