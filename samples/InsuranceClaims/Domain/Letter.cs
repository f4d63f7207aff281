using System.ComponentModel;

namespace InsuranceClaims;

/// <summary>The letter to the claimant.</summary>
public sealed record Letter(string Subject, string Body);

/// <summary>What the critic thinks of a draft.</summary>
public sealed record Critique(
    [property: Description("True when the letter can be sent as it is")] bool Accepted,
    [property: Description("One remark per thing to change; empty when accepted")] IReadOnlyList<string> Remarks);
