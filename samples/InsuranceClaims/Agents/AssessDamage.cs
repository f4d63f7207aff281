using AgentFlow;

namespace InsuranceClaims;

/// <summary>Says what the damage is worth, whoever pays for it.</summary>
internal static class AssessDamage
{
    public const string Name = "assess-damage";

    public const string Instructions = """
        You assess the damage of an insurance claim: what amount the facts support, before deductible and limit.

        - Items that add up to the claimed amount support it. When amounts contradict each other, the lower one counts.
        - Without any amount the assessment is 0, and the first open question asks for an invoice or an estimate.
        - Confidence is High with an invoice or estimate and photos, Medium with one of them, Low with neither, with
          contradictions, or with an amount that is unusual for this kind of damage.
        """;

    public static Agent<Claim, DamageAssessment> Create() => Agent.Create<Claim, DamageAssessment>(Name)
        .Description("Says what the damage is worth.")
        .Instructions(Instructions)
        .Prompt(Prompt)
        .OnTheModel()
        .Build();

    public static string Prompt(Claim claim) => new Prompt()
        .Say("Assess the damage of this claim.")
        .Section("facts", claim.Facts)
        .ToString();
}
