namespace InsuranceClaims;

/// <summary>All that the writer and the critic may know of a case: nothing internal can leak from what they never saw.</summary>
public sealed record LetterBrief(
    string Language,
    string? Claimant,
    string? PolicyNumber,
    string? Product,
    DamageKind Damage,
    DateOnly? IncidentDate,
    SettlementOutcome Outcome,
    decimal Amount,
    decimal Deductible,
    string? Calculation,
    IReadOnlyList<string> MissingDocuments,
    string Reason)
{
    public static LetterBrief Of(Settlement settlement)
    {
        var (facts, coverage) = (settlement.Case.Claim.Facts, settlement.Case.Assessment.Coverage);
        var internalReason = settlement.Outcome is SettlementOutcome.Investigate or SettlementOutcome.Referred;
        return new(
            facts.Language, facts.Claimant ?? coverage.Holder, coverage.PolicyNumber ?? facts.PolicyNumber, coverage.Product,
            facts.Damage, facts.IncidentDate, settlement.Outcome, settlement.Amount, coverage.Deductible, settlement.Calculation,
            settlement.MissingDocuments, internalReason ? "A colleague takes a closer look at the claim." : settlement.Reason);
    }
}
