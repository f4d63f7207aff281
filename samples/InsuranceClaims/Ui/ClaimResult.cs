namespace InsuranceClaims;

/// <summary>How a claim ended.</summary>
/// <param name="Outcome">The settlement's outcome, or "failed".</param>
/// <param name="Person">What a person said to it, and who; empty when nobody was asked.</param>
internal sealed record ClaimResult(string Id, string Outcome, decimal Amount, string Person, string Reason, bool Failed);
