using AgentFlow;
using AgentFlow.Journaling;

namespace InsuranceClaims;

/// <summary>Follows the events of a run and keeps its line on the board up to date.</summary>
internal static class RunWatcher
{
    private const int LetterTail = 60;

    public static async Task WatchAsync(FlowRun<ClosedClaim> run, string id, ClaimBoard board)
    {
        var letter = "";
        await foreach (var seen in run.Events)
        {
            if (seen is TextDelta { Agent: WriteLetter.Name } delta)
                letter = Tail(letter + delta.Text);
            if (Describe(seen, letter) is { } status)
                board.Set(id, status.Phase, status.Detail);
        }
        await run.Ended;
        if (run.Status == RunStatus.Completed)
            board.Set(id, ClaimPhase.Done, Outcome((await run).Settlement));
        else
            board.Set(id, ClaimPhase.Failed, run.StatusReason ?? "");
    }

    private static (ClaimPhase Phase, string Detail)? Describe(FlowEvent seen, string letter) => seen switch
    {
        TextDelta { Agent: WriteLetter.Name } => (ClaimPhase.Working, $"writes: …{letter}"),
        TextDiscarded => (ClaimPhase.Working, "starts again"),
        EffectStarted => (ClaimPhase.Working, seen.Path.ToString()),
        RequestRaised raised => (ClaimPhase.NeedsPerson, raised.Request.Prompt),
        EntryAppended { Entry: RequestResolvedEntry answered } => (ClaimPhase.Working, answered.Decision.ToString()),
        EventsDropped dropped => (ClaimPhase.Working, $"({dropped.Count} events not seen)"),
        _ => null,
    };

    private static string Outcome(Settlement settlement) =>
        settlement.Outcome == SettlementOutcome.Pay ? $"Pay {Money.Plain(settlement.Amount)}" : settlement.Outcome.ToString();

    private static string Tail(string text) => text.Length <= LetterTail ? text : text[^LetterTail..];
}
