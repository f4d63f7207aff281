using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Finds amounts of money in English and German text and says what each is about, from the words around it.</summary>
internal static partial class AmountReader
{
    private const int WordsBefore = 70;
    private const int WordsAfter = 28;

    private static readonly (AmountRole Role, Regex Words)[] Roles =
    [
        (AmountRole.Deductible, Deductible()),
        (AmountRole.Premium, Premium()),
        (AmountRole.Limit, Limit()),
        (AmountRole.Past, Past()),
        (AmountRole.Total, Total()),
        (AmountRole.Document, Document()),
    ];

    public static List<AmountMention> Read(string sentence)
    {
        var mentions = new List<AmountMention>();
        var previousEnd = 0;
        foreach (Match match in WithCurrency().Matches(sentence))
        {
            if (Money.Parse(match.Groups["num"].Value) * (match.Groups["kilo"].Success ? 1000m : 1m) is not { } amount)
                continue;
            var before = sentence[Math.Max(previousEnd, match.Index - WordsBefore)..match.Index];
            var after = Clause().Match(sentence, match.Index + match.Length).Value;
            var role = RoleOf(before, after[..Math.Min(after.Length, WordsAfter)]);
            mentions.Add(new(amount, CurrencyOf(match.Groups["cur"].Value), role, sentence));
            previousEnd = match.Index + match.Length;
        }
        if (mentions.Count == 0 && Labelled().Match(sentence) is { Success: true } labelled && Money.Parse(labelled.Groups["num"].Value) is { } bare)
            mentions.Add(new(bare, "", RoleOf(labelled.Groups["label"].Value, ""), sentence));
        return mentions;
    }

    public static bool IsRole(string text, AmountRole role) => Array.Exists(Roles, entry => entry.Role == role && entry.Words.IsMatch(text));

    private static AmountRole RoleOf(string before, string after)
    {
        var (role, nearest) = (AmountRole.Plain, int.MaxValue);
        foreach (var (candidate, words) in Roles)
        {
            foreach (Match match in words.Matches(before))
                Consider(candidate, before.Length - match.Index - match.Length);
            if (words.Match(after) is { Success: true } following)
                Consider(candidate, following.Index + 3); // Words in front of an amount bind tighter than words behind it.
        }
        return role;

        void Consider(AmountRole candidate, int distance)
        {
            if (distance < nearest)
                (role, nearest) = (candidate, distance);
        }
    }

    private static string CurrencyOf(string sign) => sign.ToUpperInvariant() switch
    {
        "£" or "GBP" or "POUNDS" => "GBP",
        "$" or "USD" or "DOLLARS" => "USD",
        "CHF" or "FRANKEN" => "CHF",
        _ => "EUR",
    };

    private const string Number = @"(?<![\d.,])(?<num>\d{1,3}(?:[.,'’\u00a0 ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d))(?:,-+|,–)?(?<kilo>\s?k\b)?";
    private const string Sign = @"(?<cur>€|£|\$|\b(?:EUR|Euros?|GBP|USD|CHF|pounds|dollars|Franken)\b)";

    [GeneratedRegex(Sign + @"\s?" + Number + "|" + Number + @"\s?" + Sign, RegexOptions.IgnoreCase)]
    private static partial Regex WithCurrency();

    [GeneratedRegex(@"^\W*(?<label>(?:amount|total|claim|sum|schaden|betrag|summe|gesamt|forderung)[^:]{0,30}):\W*" + Number + @"\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex Labelled();

    [GeneratedRegex(@"\G[^,;.(€£$\d]*")]
    private static partial Regex Clause();

    [GeneratedRegex(@"deductible|\bexcess\b|selbstbeteiligung|selbstbehalt|\bSB\b|eigenanteil", RegexOptions.IgnoreCase)]
    private static partial Regex Deductible();

    [GeneratedRegex(@"\bpremiums?\b|prämie|\bbeitrag\b|jahresbeitrag|monatsbeitrag|a month|per month|monthly|a year|per year|jährlich|monatlich|im monat|im jahr|deposit|anzahlung", RegexOptions.IgnoreCase)]
    private static partial Regex Premium();

    [GeneratedRegex(@"sum insured|insured (?:for|up to)|cover(?:ed|s)? (?:me )?up to|\blimit\b|versicherungssumme|deckungssumme|versichert (?:bis|mit|über)|maximum of", RegexOptions.IgnoreCase)]
    private static partial Regex Limit();

    [GeneratedRegex(@"\bbought\b|purchase price|price new|when new|kaufpreis|neupreis|gekauft|angeschafft|(?:last|previous|earlier|former|prior|old) (?:claim|time|year|damage)|letzt\w+ (?:schaden|mal|jahr)|damals|früher\w*|vorschaden|neighbou?r (?:got|received|was paid)|nachbar\w* (?:bekam|erhielt)", RegexOptions.IgnoreCase)]
    private static partial Regex Past();

    [GeneratedRegex(@"\bin total\b|\b(?:grand )?total\w*|altogether|all in all|adds? up to|(?:everything|it all|all of it|all that|together)\s+(?:comes?|came|makes|cost)|\bsum of\b|\b(?:I|we)(?:'m|'re| am| are| would like to| want to| wish to| hereby)? claim(?:ing)?\b|\bto claim\b|\b(?:he|she|they|caller|customer) claims?\b|amount (?:claimed|of (?:the )?(?:claim|damage|loss)|requested)|claim(?:ed)? amount|my claim (?:is|of|for)|reimburse\w*|\binsgesamt|gesamt\w*|\bsumme\b|schadens?(?:höhe|summe|betrag)|schaden (?:von|in höhe von|beträgt)|forderung|\bfordere|bel(?:äuft|aufen|ief) sich|zusammen|alles in allem|erstatt\w+", RegexOptions.IgnoreCase)]
    private static partial Regex Total();

    [GeneratedRegex(@"invoice|\bbill\b|\bbilled|\bquote[sd]?\b|quotation|estimate|repair|garage|plumber|roofer|glazier|rechnung|kostenvoranschlag|angebot|reparatur|werkstatt|handwerker|gutachten|klempner|dachdecker|glaser", RegexOptions.IgnoreCase)]
    private static partial Regex Document();
}
