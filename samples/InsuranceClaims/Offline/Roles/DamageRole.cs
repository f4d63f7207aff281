namespace InsuranceClaims.Offline;

internal sealed class DamageRole : Role
{
    // What a claims handler has seen before, in euros; outside of it a claim is not wrong, only worth a question.
    private static readonly Dictionary<DamageKind, (decimal From, decimal To)> Usual = new()
    {
        [DamageKind.Water] = (200m, 40_000m),
        [DamageKind.Flood] = (500m, 80_000m),
        [DamageKind.Fire] = (150m, 80_000m),
        [DamageKind.Theft] = (80m, 15_000m),
        [DamageKind.Storm] = (150m, 25_000m),
        [DamageKind.Glass] = (80m, 2_500m),
        [DamageKind.Liability] = (50m, 20_000m),
        [DamageKind.Car] = (200m, 25_000m),
        [DamageKind.Travel] = (50m, 8_000m),
    };

    public override Reply Answer(Conversation conversation)
    {
        var facts = Facts(conversation);
        var phrases = new Phrases(facts.Language);
        var questions = new List<string>();
        var items = facts.Items.Sum(item => item.Amount);
        decimal amount;
        string reason;
        if (facts.ClaimedAmount is not { } claimed)
        {
            amount = items;
            reason = items > 0 ? phrases.ItemsOnly(items) : phrases.NoAmount;
            if (items == 0)
                questions.Add(phrases.Invoice);
        }
        else if (facts.Contradictions.Count > 0 && AmountReader.Read(string.Join('\n', facts.Contradictions)) is { Count: > 0 } quoted)
        {
            amount = Math.Min(claimed, quoted.Min(mention => mention.Amount));
            reason = phrases.LowerCounts(amount);
            questions.Add(phrases.ExplainContradiction);
        }
        else
        {
            amount = claimed;
            reason = facts.Items.Count > 1 && Math.Abs(items - claimed) <= claimed / 100 ? phrases.ItemsSupport(facts.Items.Count, claimed) : phrases.AmountAsClaimed(claimed);
        }

        var papers = facts.Evidence.Any(IsPaper);
        var photos = facts.Evidence.Contains(EvidenceReader.Photos);
        if (amount > 0 && !papers)
            questions.Add(phrases.Invoice);
        if (facts.Currency != "EUR")
            questions.Add(phrases.Currency(facts.Currency));
        var unusual = amount > 0 && Usual.TryGetValue(facts.Damage, out var range) && (amount < range.From || amount > range.To);
        if (unusual)
            questions.Add(phrases.Unusual(facts.Damage));
        var confidence = unusual || facts.Contradictions.Count > 0 || facts.Currency != "EUR" || !(papers || photos) ? Confidence.Low
            : papers && photos ? Confidence.High : Confidence.Medium;
        return Reply.Json(new DamageAssessment(Math.Round(amount, 2), confidence, questions, reason));
    }

    private static bool IsPaper(string evidence) => evidence is EvidenceReader.Invoice or EvidenceReader.Estimate or EvidenceReader.Receipt;
}
