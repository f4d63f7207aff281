using AgentFlow;
using AgentFlow.Journaling;

namespace InsuranceClaims;

/// <summary>Makes of a run what the closing table says about it.</summary>
internal static class ClaimResults
{
    public static async Task<(ClaimResult Result, ClosedClaim? Claim)> OfAsync(string id, FlowRun<ClosedClaim> run)
    {
        try
        {
            var closed = await run;
            var settlement = closed.Settlement;
            return (new(id, settlement.Outcome.ToString(), settlement.Amount, PersonOf(run), settlement.Reason, Failed: false), closed);
        }
        catch (FlowRunFailedException failed)
        {
            return (Failed(id, failed.Message), null);
        }
    }

    public static ClaimResult Failed(string id, string why) => new(id, "failed", 0m, "", why, Failed: true);

    private static string PersonOf(FlowRun run) =>
        string.Join(", ", run.Entries.OfType<RequestResolvedEntry>().Select(entry => $"{entry.Decision.Outcome} by {entry.Decision.By}"));
}
