using AgentFlow;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests;

/// <summary>How a claim went, agent by agent.</summary>
internal sealed record ClaimJourney(AssessedClaim Case, Settlement Settlement, InvestigationOrder? Investigation, Letter Letter, int Drafts);

/// <summary>The flow of the sample as plain code, for tests of the model alone.</summary>
internal static class ClaimByHand
{
    private const int MostDrafts = 4;

    public static async Task<ClaimJourney> RunAsync(IChatClient client, ClaimFile file)
    {
        var ask = new Ask(client);
        var lookUp = SampleFiles.Policies.AsFunction();
        var claim = new Claim(file, await ask.ForAsync<ClaimFacts>(ExtractFacts.Instructions, ExtractFacts.Prompt(file)));
        var assessed = new AssessedClaim(claim, new Assessment(
            await ask.ForAsync<CoverageFinding>(CheckCoverage.Instructions, CheckCoverage.Prompt(claim), lookUp),
            await ask.ForAsync<DamageAssessment>(AssessDamage.Instructions, AssessDamage.Prompt(claim)),
            await ask.ForAsync<FraudFinding>(DetectFraud.Instructions, DetectFraud.Prompt(claim), lookUp)));
        InvestigationOrder? order = null;
        Settlement settlement;
        if (assessed.Assessment.Fraud.Level == FraudLevel.High)
        {
            order = await ask.ForAsync<InvestigationOrder>(Investigate.Instructions, Investigate.Prompt(assessed));
            settlement = new(assessed, SettlementOutcome.Investigate, 0m, null, [], order.Reason, NeedsHuman: true);
        }
        else
        {
            var proposal = await ask.ForAsync<SettlementProposal>(Settle.Instructions, Settle.Prompt(assessed), SettlementCalculator.AsFunction());
            settlement = new(assessed, proposal.Outcome, proposal.Amount, proposal.Calculation, proposal.MissingDocuments, proposal.Reason, false);
        }
        var (letter, drafts) = await WriteAsync(ask, settlement);
        return new(assessed, settlement, order, letter, drafts);
    }

    /// <summary>What the writer and the critic get in one round of their loop.</summary>
    public static Revision<Settlement, Letter, Critique> Round(Settlement settlement, Letter? draft = null, Critique? critique = null) =>
        new(settlement, critique is null ? 1 : 2, draft, critique);

    private static async Task<(Letter Letter, int Drafts)> WriteAsync(Ask ask, Settlement settlement)
    {
        Letter? draft = null;
        Critique? critique = null;
        for (var drafts = 1; drafts <= MostDrafts; drafts++)
        {
            draft = LetterText.Parse(await ask.TextAsync(WriteLetter.Instructions, WriteLetter.Prompt(Round(settlement, draft, critique))));
            critique = await ask.ForAsync<Critique>(ReviewLetter.Instructions, ReviewLetter.Prompt(Round(settlement, draft)));
            if (critique.Accepted)
                return (draft, drafts);
        }
        throw new InvalidOperationException($"The critic is never content: {string.Join(" ", critique!.Remarks)}");
    }
}
