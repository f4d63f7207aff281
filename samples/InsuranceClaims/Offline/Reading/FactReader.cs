namespace InsuranceClaims.Offline;

/// <summary>Reads the facts of a claim from any text.</summary>
internal static class FactReader
{
    public static ClaimFacts Read(string text)
    {
        var post = PostText.Read(text);
        // What gives orders to the reader is quoted, and counts for nothing else: its amounts are not claimed.
        var orders = ManipulationReader.Orders(post.Sentences);
        var sentences = post.Sentences.Where(sentence => !ManipulationReader.IsOrder(sentence)).ToList();
        var items = ItemReader.Read(post);
        var total = ClaimedTotal.Of(sentences, items);
        var dates = ClaimDates.Of(post);
        var (number, secondNumber) = PolicyNumberReader.Read(post);
        var claimant = NameReader.Read(post);
        var kind = DamageKindReader.Read(post);
        List<string> missing = [];
        if (claimant is null)
            missing.Add("claimant");
        if (number is null)
            missing.Add("policy number");
        if (dates.Incident is null)
            missing.Add("date of the damage");
        if (total.Amount is null)
            missing.Add("amount");
        return new(
            LanguageReader.Read(post), claimant, number, kind, dates.Incident, dates.Reported,
            SummaryReader.Read(sentences, kind, dates.Incident, dates.Reported), total.Amount, total.Currency, items, EvidenceReader.Read(sentences),
            [.. total.Contradictions, .. dates.Contradictions, .. secondNumber is null ? (string[])[] : [secondNumber]],
            ManipulationReader.Pressure(sentences), orders, missing);
    }
}
