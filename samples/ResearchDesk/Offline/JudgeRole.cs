using AgentFlow;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>Most single records win; where nobody has more than the others, the first stands, and it says so.</summary>
internal static class JudgeRole
{
    public static IEnumerable<AIContent> Answer(Conversation conversation)
    {
        var figures = conversation.Input<Dispute<Figure>>().Candidates.Select((candidate, i) => (candidate.Value, Number: i + 1)).OrderByDescending(one => one.Value.Rows).ToList();
        var (best, next) = (figures[0], figures[1]);
        yield return Conversation.Say(new Ruling(best.Number, best.Value.Rows > next.Value.Rows
            ? $"{best.Value.Name}: {best.Value.Source} adds up {best.Value.Rows} single records, {next.Value.Source} {(next.Value.Rows == 0 ? "only states a number" : $"{next.Value.Rows} of its own")}."
            : $"{best.Value.Name}: nobody has more records than the others; {best.Value.Source} stands until somebody counts."));
    }
}
