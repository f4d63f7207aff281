using AgentFlow;
using AgentFlow.Approvals;

namespace InsuranceClaims;

/// <summary>From post to letter.</summary>
internal static class ClaimsFlow
{
    private const int MostDrafts = 3;

    public static Flow<ClaimFile, ClosedClaim> Create(PolicyBook policies) => Flow.Start<ClaimFile>("claim")
        .FanOut(Same<ClaimFile>("post"), ExtractFacts.Create())
        .Map((post, facts) => new Claim(post, facts))
        .FanOut(Same<Claim>("read-claim"), CheckCoverage.Create(policies), AssessDamage.Create(), DetectFraud.Create(policies))
        .Map(DecisionRules.Join)
        .Route("risk", assessed => assessed.Assessment.Fraud.Level, risk => risk
            .Case(FraudLevel.High, Investigation())
            .Otherwise(Settlement()))
        .Approve("adjuster", Referral(), DecisionRules.NeedsAdjuster, AdjusterQuestion.Of, role: "adjuster")
        .FanOut(Same<Settlement>("decided"), Correspondence())
        .Map((settlement, letter) => new ClosedClaim(settlement, letter))
        .Build();

    private static Flow<AssessedClaim, Settlement> Settlement() => Flow.Start<AssessedClaim>("settlement")
        .FanOut(Same<AssessedClaim>("assessed"), Settle.Create())
        .Map(DecisionRules.Accept)
        .Build();

    private static Flow<AssessedClaim, Settlement> Investigation() => Flow.Start<AssessedClaim>("investigation")
        .FanOut(Same<AssessedClaim>("assessed"), Investigate.Create())
        .Map(DecisionRules.Investigated)
        .Build();

    private static Step<Rejection<Settlement>, Settlement> Referral() =>
        Step.Create<Rejection<Settlement>, Settlement>("refer", (rejection, _) => DecisionRules.Refer(rejection.Value, rejection.Reason));

    /// <summary>The writer drafts, the critic reviews, until the critic is content. A letter that never pleases goes out as it is.</summary>
    private static Flow<Settlement, Letter> Correspondence() => Flow.Start<Settlement>("correspondence")
        .Refine("letter", Writer(), ReviewLetter.Create(), (Critique critique) => critique.Accepted, MostDrafts, OnLimit.Return)
        .Build();

    private static Flow<Revision<Settlement, Letter, Critique>, Letter> Writer() => Flow.Start<Revision<Settlement, Letter, Critique>>("writer")
        .Then(WriteLetter.Create())
        .Map(LetterText.Parse)
        .Build();

    /// <summary>Carries a value past agents that make something else of it. A flow is never recorded, so it costs nothing.</summary>
    private static Flow<T, T> Same<T>(string name) => Flow.Start<T>(name).Build();
}
