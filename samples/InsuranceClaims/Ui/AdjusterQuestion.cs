namespace InsuranceClaims;

/// <summary>What a person is asked about a settlement.</summary>
internal static class AdjusterQuestion
{
    public static string Of(Settlement settlement)
    {
        var claimant = settlement.Case.Claim.Facts.Claimant ?? "an unknown claimant";
        return settlement.Outcome switch
        {
            SettlementOutcome.Pay => $"Pay {Money.In("en", settlement.Amount)} to {claimant}? {DecisionRules.WhyAdjuster(settlement)} {settlement.Reason}",
            SettlementOutcome.Investigate => $"Hand the claim of {claimant} to the investigation unit? {settlement.Reason}",
            _ => $"{settlement.Outcome} for {claimant}? {settlement.Reason}",
        };
    }
}
