using System.Globalization;
using AgentFlow;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>Looks for each settled figure in the draft, and for what was decided against.</summary>
internal static class ReviewerRole
{
    public static IEnumerable<AIContent> Answer(Conversation conversation)
    {
        var body = conversation.Input<Draft>().Body;
        var figures = conversation.Earlier<List<Reconciled<Figure>>>("figures");
        string[] wrong =
        [
            .. figures.Where(one => !body.Contains(Text(one.Value), StringComparison.Ordinal)).Select(one => $"{one.Value.Name} is {one.Value}, which the draft does not say"),
            .. figures.Where(one => one.Losers.Any(loser => !body.Contains(Text(loser.Value), StringComparison.Ordinal)))
                .Select(one => $"{one.Value.Name} was disputed; say what {string.Join(" and ", one.Losers.Select(loser => loser.Value.Source))} told, and why it was decided so"),
        ];
        yield return Conversation.Say(wrong.Length == 0 ? Verdict.Ready : Verdict.NotReady(wrong));
    }

    private static string Text(Figure figure) => figure.Value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
