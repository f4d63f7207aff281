using System.ComponentModel;

namespace InsuranceClaims;

public enum SettlementOutcome
{
    /// <summary>Nobody decided yet: a person has to.</summary>
    Referred,
    Pay,
    Decline,
    AskForDocuments,
    Investigate,
}

/// <summary>What the settlement agent proposes. Code checks the amount before anybody acts on it.</summary>
public sealed record SettlementProposal(
    SettlementOutcome Outcome,
    [property: Description("What is paid out, after deductible and limit; 0 unless the outcome is Pay")] decimal Amount,
    [property: Description("How the amount comes about, as a calculation")] string? Calculation,
    [property: Description("What the claimant has to send")] IReadOnlyList<string> MissingDocuments,
    string Reason);

/// <summary>What the investigation unit is asked to find out. No money moves meanwhile.</summary>
public sealed record InvestigationOrder(
    string AssignedTo,
    IReadOnlyList<string> Questions,
    [property: Description("Why the claim was not settled, quoting what gave rise to it")] string Reason);

/// <summary>The decision on a claim, with everything it rests on.</summary>
/// <param name="NeedsHuman">A person must look at it whatever the amount.</param>
public sealed record Settlement(
    AssessedClaim Case,
    SettlementOutcome Outcome,
    decimal Amount,
    string? Calculation,
    IReadOnlyList<string> MissingDocuments,
    string Reason,
    bool NeedsHuman)
{
    /// <summary>What the investigation is to find out.</summary>
    public IReadOnlyList<string> Questions { get; init; } = [];
}
