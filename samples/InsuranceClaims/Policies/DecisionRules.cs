namespace InsuranceClaims;

/// <summary>What code makes of the agents' words. A model proposes; nothing is believed that can be checked.</summary>
internal static class DecisionRules
{
    /// <summary>From this amount on a person decides, in euros.</summary>
    public const decimal AdjusterLimit = 10_000m;

    /// <summary>Post that gives orders to software is never handled as harmless, whatever the fraud agent thinks of it.</summary>
    public static AssessedClaim Join(Claim claim, CoverageFinding coverage, DamageAssessment damage, FraudFinding fraud)
    {
        if (claim.Facts.EmbeddedInstructions.Count > 0 && fraud.Level != FraudLevel.High)
            fraud = fraud with { Level = FraudLevel.High, Score = 100, Signals = [.. fraud.Signals, $"manipulation: \"{claim.Facts.EmbeddedInstructions[0]}\""] };
        return new(claim, new Assessment(coverage, damage, fraud));
    }

    /// <summary>Takes a proposal over, unless it pays what the findings do not support: that goes to a person.</summary>
    public static Settlement Accept(AssessedClaim assessed, SettlementProposal proposal)
    {
        var assessment = assessed.Assessment;
        var settlement = new Settlement(
            assessed, proposal.Outcome, proposal.Amount, proposal.Calculation, proposal.MissingDocuments, proposal.Reason,
            NeedsHuman: proposal.Outcome == SettlementOutcome.Referred || assessment.Fraud.Level == FraudLevel.Medium);
        if (proposal.Outcome != SettlementOutcome.Pay)
            return settlement with { Amount = 0m, Calculation = null };
        var supported = assessment.Coverage.Decision != CoverageDecision.Covered || assessment.Damage.Amount < 0 ? 0m
            : SettlementCalculator.Calculate(assessment.Damage.Amount, assessment.Coverage.Deductible, assessment.Coverage.Limit ?? 0m).Payable;
        return proposal.Amount > 0 && proposal.Amount <= supported ? settlement : settlement with
        {
            Outcome = SettlementOutcome.Referred,
            Amount = 0m,
            Calculation = null,
            NeedsHuman = true,
            Reason = $"The proposed payment of {Money.Plain(proposal.Amount)} is not what the findings support ({Money.Plain(supported)}).",
        };
    }

    /// <summary>A claim under investigation pays nothing and needs a person, always.</summary>
    public static Settlement Investigated(AssessedClaim assessed, InvestigationOrder order) =>
        new(assessed, SettlementOutcome.Investigate, 0m, null, [], order.Reason, NeedsHuman: true) { Questions = order.Questions };

    public static bool NeedsAdjuster(Settlement settlement) => settlement.NeedsHuman || settlement.Amount > AdjusterLimit;

    /// <summary>Why a person has to decide; empty when nobody has to.</summary>
    public static string WhyAdjuster(Settlement settlement) => settlement switch
    {
        { Outcome: SettlementOutcome.Investigate or SettlementOutcome.Referred } => "",
        { NeedsHuman: true } => $"Signs of fraud: {string.Join("; ", settlement.Case.Assessment.Fraud.Signals)}.",
        { Amount: > AdjusterLimit } => $"{Money.Plain(settlement.Amount)} are over the limit of {Money.Plain(AdjusterLimit)}.",
        _ => "",
    };

    /// <summary>What nobody approved is not paid; it stays with a person.</summary>
    public static Settlement Refer(Settlement settlement, string why) => settlement with
    {
        Outcome = settlement.Outcome == SettlementOutcome.Investigate ? SettlementOutcome.Investigate : SettlementOutcome.Referred,
        Amount = 0m,
        Calculation = null,
        Reason = string.Join(' ', ((string[])[why, WhyAdjuster(settlement), settlement.Reason]).Where(part => part.Length > 0)),
    };
}
