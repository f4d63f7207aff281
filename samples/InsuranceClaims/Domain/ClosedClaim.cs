namespace InsuranceClaims;

/// <summary>What a run of the claims flow yields.</summary>
public sealed record ClosedClaim(Settlement Settlement, Letter Letter);
