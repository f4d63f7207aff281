namespace InsuranceClaims;

/// <summary>One contract as it stands in the policy data file. Money is in euros.</summary>
/// <param name="Covers">The kinds of damage the product pays for.</param>
/// <param name="Limit">The most it pays per claim.</param>
/// <param name="KindLimits">Lower limits for single kinds of damage.</param>
public sealed record Policy(
    string Number,
    string Holder,
    string Product,
    IReadOnlyList<DamageKind> Covers,
    decimal Limit,
    IReadOnlyDictionary<DamageKind, decimal> KindLimits,
    decimal Deductible,
    DateOnly ValidFrom,
    DateOnly ValidTo,
    IReadOnlyList<PriorClaim> PriorClaims);

public sealed record PriorClaim(DateOnly Date, DamageKind Kind, decimal Amount);

/// <summary>The root of the data file.</summary>
public sealed record PolicyFile(IReadOnlyList<Policy> Policies);

/// <summary>What the lookup tool answers.</summary>
/// <param name="MatchedBy">number, holder or nothing.</param>
/// <param name="Note">What was looked for and found, as a sentence.</param>
public sealed record PolicyLookup(string MatchedBy, IReadOnlyList<Policy> Policies, string Note);
