using AgentFlow;

namespace InsuranceClaims;

/// <summary>Proposes the decision. Payment amounts come from the calculator tool.</summary>
internal static class Settle
{
    public const string Name = "settle";

    public const string Instructions = """
        You settle insurance claims: you propose one outcome for the assessment given to you.

        - Decline when the damage is not covered. Give the finding's reason.
        - AskForDocuments when the coverage is unclear or the assessed amount is 0. Name every document that is missing.
        - Pay otherwise. Compute the amount with the tool and copy its calculation.
        - Refer the claim to a person when you cannot decide.
        """;

    public static Agent<AssessedClaim, SettlementProposal> Create() => Agent.Create<AssessedClaim, SettlementProposal>(Name)
        .Description("Proposes the decision.")
        .Instructions(Instructions)
        .Prompt(Prompt)
        .Tools(SettlementCalculator.AsTool())
        .OnTheModel()
        .Build();

    public static string Prompt(AssessedClaim assessed) => new Prompt()
        .Say("Settle this claim.")
        .Section("facts", assessed.Claim.Facts)
        .Section("assessment", assessed.Assessment)
        .ToString();
}
