using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Says what kind of damage a text is about, by weighing the words it uses.</summary>
internal static partial class DamageKindReader
{
    private const int SubjectWeight = 3;
    private const int MostPerWord = 3;

    private static readonly (DamageKind Kind, Regex Words)[] Kinds =
    [
        (DamageKind.Liability, Liability()),
        (DamageKind.Glass, Glass()),
        (DamageKind.Flood, Flood()),
        (DamageKind.Theft, Theft()),
        (DamageKind.Fire, Fire()),
        (DamageKind.Storm, Storm()),
        (DamageKind.Water, Water()),
        (DamageKind.Car, Car()),
        (DamageKind.Travel, Travel()),
    ];

    public static DamageKind Read(PostText post)
    {
        var (best, most) = (DamageKind.Other, 0);
        foreach (var (kind, words) in Kinds)
        {
            var score = Score(post, words);
            if (score > most)
                (best, most) = (kind, score);
        }
        return best;
    }

    /// <summary>How many words of a kind of damage a text uses.</summary>
    public static int Count(DamageKind kind, string text) =>
        Array.Find(Kinds, entry => entry.Kind == kind) is { Words: { } words } ? words.Count(text) : 0;

    private static int Score(PostText post, Regex words)
    {
        var counts = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, _) in post.Lines)
            foreach (Match match in words.Matches(line))
                counts[match.Value] = counts.GetValueOrDefault(match.Value) + (Subject().IsMatch(line) ? SubjectWeight : 1);
        // The same word over and over says it once: a long story about the weather is not a storm claim.
        return counts.Values.Sum(count => Math.Min(count, MostPerWord));
    }

    [GeneratedRegex(@"^\W*(?:Subject|Betreff|Re|Type|Kind|Art|Cause|Ursache|What happened|Schadenart|Claim type)\b[^:]{0,25}:|^#", RegexOptions.IgnoreCase)]
    private static partial Regex Subject();

    [GeneratedRegex(@"liabilit\w+|third[- ]party|neighbou?r's (?!(?:house|tree))\w+|(?:my|our) (?:son|daughter|child|dog|toddler)\b.{0,40}(?:broke|damaged|knocked|smashed|scratched|kicked|spilled)|belong(?:s|ed|ing) to (?:my|our|a|the) (?:neighbou?r|friend|landlord|colleague)|haftpflicht\w*|geschädigte\w*|versehentlich|(?:unser|mein)\w* (?:sohn|tochter|kind|hund)\b.{0,40}(?:beschädigt|zerbrochen|umgestoßen|geschossen|zerkratzt|zerstört)|nachbar\w* gehör\w+|fremd\w* eigentum", RegexOptions.IgnoreCase)]
    private static partial Regex Liability();

    [GeneratedRegex(@"windscreen|windshield|window ?panes?|glazier|glazing|broken (?:window|glass)|cracked (?:window|glass|pane|hob)|shower (?:screen|door)|glas(?:bruch|er|scheibe|tür)\w*|scheibe\w*|fensterscheibe|glasschaden|ceranfeld|duschkabine", RegexOptions.IgnoreCase)]
    private static partial Regex Glass();

    [GeneratedRegex(@"river|flood ?water|flash flood|burst its banks|high water|hochwasser|überschwemm\w+|starkregen|über die ufer|rückstau", RegexOptions.IgnoreCase)]
    private static partial Regex Flood();

    [GeneratedRegex(@"theft|thie(?:f|ves)|stolen|stole\b|burgl\w+|break-?in|broken into|robbed|robbery|einbr(?:uch|echer)\w*|eingebrochen|gestohlen|entwendet|diebstahl\w*|dieb\w*\b|geklaut|aufgebrochen", RegexOptions.IgnoreCase)]
    private static partial Regex Theft();

    [GeneratedRegex(@"\bfire\b|fire ?(?:brigade|men|fighters)|flames?|smoke|soot|burn(?:ed|t|ing)|scorch\w*|brand(?:schaden|ursache|ort)?\b|feuer\w*|flammen|rauch\w*|ruß|verbrannt|abgebrannt|löscharbeiten", RegexOptions.IgnoreCase)]
    private static partial Regex Fire();

    [GeneratedRegex(@"\bstorm\w*|\bgales?\b|\bgusts?\b|hail\w*|roof tiles?|tiles off|\bridge tiles?|blown (?:off|down|over)|lightning|sturm\w*|orkan\w*|\bböen?\b|hagel\w*|dachziegel|ziegel\b|dachdecker|blitz\w*|abgedeckt|umgestürzt\w*|windstärke", RegexOptions.IgnoreCase)]
    private static partial Regex Storm();

    [GeneratedRegex(@"burst (?:pipe|hose)|pipe\w*|leak\w*|water (?:damage|heater|came|pour|ran|drip)\w*|washing machine|dishwasher|ceiling.{0,25}(?:wet|drip|came down)|plumb\w+|soaked|radiator|wasserschaden|rohrbruch|leitung\w*|wasserrohr|undicht\w*|spülmaschine|waschmaschine|durchnässt|klempner|trocknung\w*|heizkörper|feuchtigkeit", RegexOptions.IgnoreCase)]
    private static partial Regex Water();

    [GeneratedRegex(@"\b(?:my|our|the|his|her|a|parked|company) car\b(?! park)|drove into|ran into|vehicle|bumper|rear[- ]end\w*|collision|collided|parking (?:lot|space|garage)|car park|number plate|registration|\bwing mirror|fahrzeug\w*|\bauto\b|stoßstange|auffahr\w*|kfz\w*|kennzeichen|kotflügel|parkplatz|zusammenstoß", RegexOptions.IgnoreCase)]
    private static partial Regex Car();

    [GeneratedRegex(@"luggage|suitcase|baggage|flight|airline|airport|holiday cancel\w+|trip cancel\w+|gepäck\w*|koffer\w*|flug\w*|reise(?:rücktritt|gepäck)\w*", RegexOptions.IgnoreCase)]
    private static partial Regex Travel();
}
