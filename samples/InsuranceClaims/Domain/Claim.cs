namespace InsuranceClaims;

/// <summary>The post and what was read from it.</summary>
public sealed record Claim(ClaimFile File, ClaimFacts Facts);

/// <summary>The three findings, joined.</summary>
public sealed record Assessment(CoverageFinding Coverage, DamageAssessment Damage, FraudFinding Fraud);

/// <summary>A claim with its findings: all that a decision may rest on.</summary>
public sealed record AssessedClaim(Claim Claim, Assessment Assessment);
