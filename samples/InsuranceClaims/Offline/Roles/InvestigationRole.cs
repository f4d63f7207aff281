namespace InsuranceClaims.Offline;

internal sealed class InvestigationRole : Role
{
    public override Reply Answer(Conversation conversation)
    {
        var facts = Facts(conversation);
        var fraud = conversation.Section<Assessment>("assessment")?.Fraud;
        IReadOnlyList<string> signals = fraud?.Signals ?? [];
        var questions = signals.Select(signal => Question(signal, facts)).Distinct().ToList();
        if (questions.Count == 0)
            questions.Add("What made a colleague suspicious of this claim?");
        var reason = signals.Count == 0
            ? "The claim was handed over without signs of fraud."
            : $"Not settled, nothing paid: {string.Join("; ", signals)}.";
        return Reply.Json(new InvestigationOrder("special investigation unit", questions, reason));
    }

    private static string Question(string signal, ClaimFacts facts) => signal switch
    {
        _ when signal.StartsWith("manipulation", StringComparison.Ordinal) => $"Did {facts.Claimant ?? "the claimant"} write the passage addressed to our software, and why? Call back on the number of the contract, not of the letter.",
        _ when signal.StartsWith("contradiction", StringComparison.Ordinal) => $"Which of the two is true, and what proves it: {signal["contradiction: ".Length..]}",
        _ when signal.StartsWith("pressure", StringComparison.Ordinal) => "Why does the claimant object to the usual handling? Offer an appointment with an expert.",
        _ when signal.Contains("police", StringComparison.Ordinal) => "Was the theft reported to the police, where, and under which reference?",
        _ when signal.Contains("policy began", StringComparison.Ordinal) => "What was the state of the insured things when the policy began? Ask for dated photos and the previous insurer.",
        _ when signal.Contains("other claims", StringComparison.Ordinal) => "Are things claimed here that were already paid for in an earlier claim?",
        _ when signal.Contains("claims on the policy of", StringComparison.Ordinal) => "Did the policyholder authorise this claim?",
        _ when signal.Contains("round amount", StringComparison.Ordinal) => "Which invoices or receipts make up the amount?",
        _ => $"What explains this: {signal}?",
    };
}
