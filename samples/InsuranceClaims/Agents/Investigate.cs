using AgentFlow;

namespace InsuranceClaims;

/// <summary>Prepares the work of the people who look into a suspicious claim.</summary>
internal static class Investigate
{
    public const string Name = "investigate";

    public const string Instructions = """
        You prepare the investigation of a suspicious insurance claim for the special investigation unit.

        Say in the reason why the claim is not settled, and quote what gave rise to it. Ask one question per sign of
        fraud that a person could answer by a call, a visit or a document. Nothing is paid meanwhile.
        """;

    public static Agent<AssessedClaim, InvestigationOrder> Create() => Agent.Create<AssessedClaim, InvestigationOrder>(Name)
        .Description("Prepares an investigation.")
        .Instructions(Instructions)
        .Prompt(Prompt)
        .OnTheModel()
        .Build();

    public static string Prompt(AssessedClaim assessed) => new Prompt()
        .Say("Prepare the investigation of this claim.")
        .Section("facts", assessed.Claim.Facts)
        .Section("assessment", assessed.Assessment)
        .ToString();
}
