using System.Text.Json;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

internal sealed class SettlementRole : Role
{
    public override Reply Answer(Conversation conversation)
    {
        var facts = Facts(conversation);
        var phrases = new Phrases(facts.Language);
        if (conversation.Section<Assessment>("assessment") is not { } assessment)
            return Propose(SettlementOutcome.Referred, [], "There is no assessment to settle on.");
        var (coverage, damage) = (assessment.Coverage, assessment.Damage);
        if (coverage.Decision == CoverageDecision.NotCovered)
            return Propose(SettlementOutcome.Decline, [], coverage.Reason);
        if (facts.Currency != "EUR")
            return Propose(SettlementOutcome.Referred, [], phrases.Currency(facts.Currency));
        if (coverage.Decision == CoverageDecision.Unclear || damage.Amount == 0)
            return Propose(SettlementOutcome.AskForDocuments, Missing(facts, assessment, phrases),
                coverage.Decision == CoverageDecision.Unclear ? coverage.Reason : damage.Reason);
        return Pay(conversation, coverage, damage, phrases);
    }

    private static Reply Pay(Conversation conversation, CoverageFinding coverage, DamageAssessment damage, Phrases phrases)
    {
        var limit = coverage.Limit ?? damage.Amount;
        var tool = conversation.Tool("calculat", "settlement");
        var results = tool is null ? [] : conversation.ExchangesOf(tool).ToList();
        if (tool is not null && results.Count == 0)
            return Reply.Call(tool, Arguments(tool, damage.Amount, coverage.Deductible, limit));
        var calculation = tool is null ? SettlementCalculator.Calculate(damage.Amount, coverage.Deductible, limit) : results[^1].As<SettlementCalculation>();
        if (calculation is null)
            return Propose(SettlementOutcome.Referred, [], $"The calculation failed: {results[^1].Text}");
        return calculation.Payable == 0
            ? Propose(SettlementOutcome.Decline, [], phrases.BelowDeductible(coverage.Deductible))
            : Reply.Json(new SettlementProposal(SettlementOutcome.Pay, calculation.Payable, calculation.Calculation, [], coverage.Reason));
    }

    private static Reply Propose(SettlementOutcome outcome, IReadOnlyList<string> missing, string reason) =>
        Reply.Json(new SettlementProposal(outcome, 0m, null, missing, reason));

    private static List<string> Missing(ClaimFacts facts, Assessment assessment, Phrases phrases)
    {
        var missing = new List<string>();
        if (assessment.Coverage is { Decision: CoverageDecision.Unclear, Product: null })
            missing.Add(phrases.PolicyNumber);
        if (facts.Damage == DamageKind.Other)
            missing.Add(phrases.Cause);
        if (facts.IncidentDate is null)
            missing.Add(phrases.DayOfDamage);
        if (assessment.Damage.Amount == 0)
            missing.Add(phrases.Invoice);
        return missing;
    }

    private static Dictionary<string, object?> Arguments(AIFunctionDeclaration tool, decimal damage, decimal deductible, decimal limit)
    {
        var arguments = new Dictionary<string, object?>();
        if (tool.JsonSchema.TryGetProperty("properties", out var properties))
            foreach (var name in properties.EnumerateObject().Select(property => property.Name))
                arguments[name] = name.Contains("deduct", StringComparison.OrdinalIgnoreCase) ? deductible
                    : name.Contains("limit", StringComparison.OrdinalIgnoreCase) ? limit : damage;
        return arguments;
    }
}
