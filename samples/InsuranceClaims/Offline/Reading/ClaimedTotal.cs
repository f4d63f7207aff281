using System.Globalization;

namespace InsuranceClaims.Offline;

/// <summary>Works out what is asked for in total, and which amounts do not fit together.</summary>
internal sealed record ClaimedTotal(decimal? Amount, string Currency, IReadOnlyList<string> Contradictions)
{
    private const int MostMentions = 12;

    public static ClaimedTotal Of(IReadOnlyList<string> sentences, IReadOnlyList<ClaimedItem> items)
    {
        var mentions = sentences.SelectMany(AmountReader.Read).ToList();
        var currency = mentions.Where(mention => mention.Currency.Length > 0).GroupBy(mention => mention.Currency)
            .OrderByDescending(group => group.Count()).FirstOrDefault()?.Key ?? "EUR";
        var totals = Distinct(mentions, AmountRole.Total);
        var documents = Distinct(mentions, AmountRole.Document);
        var plain = Distinct(mentions, AmountRole.Plain);
        var itemSum = items.Sum(item => item.Amount);
        var listed = items.Count >= 2 ? itemSum : (decimal?)null;

        if (totals.Count == 0)
            return new(listed ?? (documents.Count > 0 ? documents.Sum() : plain.Count > 0 ? SumOrTotal(plain) : items.Count == 1 ? itemSum : null), currency, []);

        var claimed = totals.Find(total => listed is { } sum && Near(total, sum)) is var supported and > 0 ? supported : totals[^1];
        // A total that is a subtotal of the claimed one is not a contradiction.
        var others = totals.FindAll(total => !Near(total, claimed) && !Explains(totals.Concat(documents).Concat(plain), total, claimed));
        var contradictions = new List<string>();
        if (others.Count > 0)
            contradictions.Add($"the claim is {Euro(claimed, currency)} in one place and {string.Join(" and ", others.Select(other => Euro(other, currency)))} in another");
        if (listed is { } items1 && !Near(items1, claimed) && others.Count == 0)
            contradictions.Add($"the items add up to {Euro(items1, currency)}, the claim says {Euro(claimed, currency)}");
        if (listed is null && documents.Count > 0 && !documents.Exists(document => Near(document, claimed)) && others.Count == 0
            && !Adds(documents.Concat(plain).Concat(items.Select(item => item.Amount)), claimed))
            contradictions.Add($"the invoice or estimate says {string.Join(" and ", documents.Select(document => Euro(document, currency)))}, the claim says {Euro(claimed, currency)}");
        return new(claimed, currency, contradictions);
    }

    // Where the largest amount is the sum of others it is their total, even when nobody calls it so.
    private static decimal SumOrTotal(List<decimal> amounts)
    {
        var largest = amounts.Max();
        return amounts.Count > 2 && Adds(amounts.Where(amount => amount != largest), largest) ? largest : amounts.Sum();
    }

    private static bool Near(decimal left, decimal right) => Math.Abs(left - right) <= Math.Max(1m, right / 100m);

    private static List<decimal> Distinct(IEnumerable<AmountMention> mentions, AmountRole role) =>
        [.. mentions.Where(mention => mention.Role == role && mention.Amount > 0).Select(mention => mention.Amount).Distinct()];

    private static bool Explains(IEnumerable<decimal> amounts, decimal part, decimal whole) =>
        part < whole && Adds(amounts.Where(amount => amount != whole && amount != part), whole - part);

    /// <summary>Whether some of the amounts add up to the sum.</summary>
    private static bool Adds(IEnumerable<decimal> amounts, decimal sum)
    {
        var parts = amounts.Distinct().Take(MostMentions).ToArray();
        for (var set = 1; set < 1 << parts.Length; set++)
            if (Near(parts.Where((_, index) => (set & (1 << index)) != 0).Sum(), sum))
                return true;
        return false;
    }

    private static string Euro(decimal amount, string currency) => string.Create(CultureInfo.InvariantCulture, $"{currency} {amount:N2}");
}
