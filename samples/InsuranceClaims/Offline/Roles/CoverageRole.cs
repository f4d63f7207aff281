namespace InsuranceClaims.Offline;

internal sealed class CoverageRole : Role
{
    public override Reply Answer(Conversation conversation)
    {
        var facts = Facts(conversation);
        return PolicyQuestion.Next(conversation, facts) ?? Reply.Json(Judge(conversation, facts, new Phrases(facts.Language)));
    }

    private static CoverageFinding Judge(Conversation conversation, ClaimFacts facts, Phrases phrases)
    {
        if (PolicyQuestion.Found(conversation) is not { } lookup)
            return Unclear(facts, conversation.Exchanges.Count == 0
                ? phrases.NothingToLookUp
                : conversation.Exchanges[^1] is var last && last.As<PolicyLookup>() is { } nothing ? nothing.Note : $"The policy lookup failed: {last.Text}");

        if (facts.Damage == DamageKind.Other)
            return Unclear(facts, phrases.KindUnknown) with { Holder = lookup.Policies[0].Holder, Product = lookup.Policies[0].Product };
        var candidates = lookup.Policies.Where(policy => policy.Covers.Contains(facts.Damage)).ToList();
        if (candidates.Count > 1)
            return Unclear(facts, phrases.SeveralPolicies(candidates));
        var policy = candidates.Count == 1 ? candidates[0] : lookup.Policies[0];
        var finding = new CoverageFinding(
            CoverageDecision.Covered, policy.Number, policy.Holder, policy.Product,
            policy.KindLimits.TryGetValue(facts.Damage, out var limit) ? Math.Min(limit, policy.Limit) : policy.Limit,
            policy.Deductible, phrases.Covered(policy, facts.Damage));

        if (candidates.Count == 0)
            return finding with { Decision = CoverageDecision.NotCovered, Reason = phrases.KindNotCovered(policy, facts.Damage) };
        if (facts.IncidentDate is not { } day)
            return finding with { Decision = CoverageDecision.Unclear, Reason = phrases.DayUnknown };
        return day < policy.ValidFrom || day > policy.ValidTo
            ? finding with { Decision = CoverageDecision.NotCovered, Reason = phrases.OutsideValidity(policy, day) }
            : finding;
    }

    private static CoverageFinding Unclear(ClaimFacts facts, string reason) =>
        new(CoverageDecision.Unclear, facts.PolicyNumber, null, null, null, 0m, reason);
}
