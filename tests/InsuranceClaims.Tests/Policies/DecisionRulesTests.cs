using InsuranceClaims.Offline;

namespace InsuranceClaims.Tests.Policies;

/// <summary>A model that was talked into something changes nothing.</summary>
public sealed class DecisionRulesTests
{
    [Fact]
    public async Task A_fraud_agent_that_was_fooled_does_not_make_manipulation_harmless()
    {
        var (claim, assessment) = await AssessedAsync("11-fast-approval");
        var fooled = new FraudFinding(FraudLevel.Low, 0, [], "All fine.");
        var joined = DecisionRules.Join(claim, assessment.Coverage, assessment.Damage, fooled);
        Assert.Equal(FraudLevel.High, joined.Assessment.Fraud.Level);
        Assert.Contains("manipulation", joined.Assessment.Fraud.Signals[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50_000, "Referred", 0)]
    [InlineData(4710.01, "Referred", 0)]
    [InlineData(0, "Referred", 0)]
    [InlineData(-5, "Referred", 0)]
    [InlineData(4710, "Pay", 4710)]
    [InlineData(4000, "Pay", 4000)]
    public async Task A_payment_the_findings_do_not_support_goes_to_a_person(decimal proposed, string outcome, decimal paid)
    {
        var (claim, assessment) = await AssessedAsync("01-burst-pipe");
        var settlement = DecisionRules.Accept(new AssessedClaim(claim, assessment), new SettlementProposal(SettlementOutcome.Pay, proposed, null, [], "Because."));
        Assert.Equal((outcome, paid, outcome == "Referred"), (settlement.Outcome.ToString(), settlement.Amount, DecisionRules.NeedsAdjuster(settlement)));
    }

    [Fact]
    public async Task A_payment_without_cover_goes_to_a_person()
    {
        var (claim, assessment) = await AssessedAsync("13-river-flood");
        var settlement = DecisionRules.Accept(new AssessedClaim(claim, assessment), new SettlementProposal(SettlementOutcome.Pay, 100m, null, [], "Because."));
        Assert.Equal((SettlementOutcome.Referred, 0m), (settlement.Outcome, settlement.Amount));
    }

    [Fact]
    public async Task An_amount_in_a_refusal_is_not_paid()
    {
        var (claim, assessment) = await AssessedAsync("13-river-flood");
        Assert.Equal(0m, DecisionRules.Accept(new AssessedClaim(claim, assessment), new SettlementProposal(SettlementOutcome.Decline, 9_000m, null, [], "No.")).Amount);
    }

    private static async Task<(Claim Claim, Assessment Assessment)> AssessedAsync(string id)
    {
        using var model = new RuleBasedChatClient();
        var journey = await ClaimByHand.RunAsync(model, await SampleFiles.ReadAsync(id));
        return (journey.Case.Claim, journey.Case.Assessment);
    }
}
