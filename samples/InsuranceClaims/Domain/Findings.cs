using System.ComponentModel;

namespace InsuranceClaims;

public enum CoverageDecision
{
    Unclear,
    Covered,
    NotCovered,
}

/// <summary>What the policy says about the damage.</summary>
public sealed record CoverageFinding(
    CoverageDecision Decision,
    [property: Description("Number of the policy that was looked up; null when none was found")] string? PolicyNumber,
    string? Holder,
    string? Product,
    [property: Description("The most the policy pays for this damage")] decimal? Limit,
    [property: Description("What the holder bears; 0 when none")] decimal Deductible,
    [property: Description("One sentence a claims handler can check")] string Reason);

public enum Confidence
{
    Low,
    Medium,
    High,
}

/// <summary>What the damage is worth, before deductible and limit.</summary>
public sealed record DamageAssessment(
    [property: Description("The amount the post supports; 0 when it supports none")] decimal Amount,
    Confidence Confidence,
    [property: Description("What a handler would still ask for")] IReadOnlyList<string> OpenQuestions,
    string Reason);

public enum FraudLevel
{
    Low,
    Medium,
    High,
}

/// <summary>How suspicious the claim is, and why.</summary>
public sealed record FraudFinding(
    FraudLevel Level,
    [property: Description("0 (nothing) to 100 (certain)")] int Score,
    [property: Description("Each observation that raised the score")] IReadOnlyList<string> Signals,
    string Reason);
