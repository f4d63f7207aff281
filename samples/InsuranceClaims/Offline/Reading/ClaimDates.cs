using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Tells the day of the damage from all the other days in the post.</summary>
internal sealed partial record ClaimDates(DateOnly? Incident, DateOnly? Reported, IReadOnlyList<string> Contradictions)
{
    private const int LeastScore = 1;
    private const int Certain = 6;

    public static ClaimDates Of(PostText post)
    {
        var reported = Written(post);
        var scored = post.Sentences
            .SelectMany(sentence => DateReader.Read(sentence, reported))
            .Select(mention => (mention.Day, Score: Score(mention)))
            .GroupBy(entry => entry.Day)
            .Select(group => (Day: group.Key, Score: group.Max(entry => entry.Score)))
            .Where(entry => entry.Score >= LeastScore)
            .OrderByDescending(entry => entry.Score).ThenBy(entry => entry.Day)
            .ToList();
        if (scored.Count == 0)
            return new(null, reported, []);
        var (incident, best) = scored[0];
        // A night belongs to two days; more than that is another day.
        var other = scored.Skip(1).FirstOrDefault(entry => entry.Score >= Certain && Math.Abs(entry.Day.DayNumber - incident.DayNumber) > 1);
        IReadOnlyList<string> contradictions = best >= Certain && other.Score > 0
            ? [$"the damage happened on {incident:yyyy-MM-dd} in one place and on {other.Day:yyyy-MM-dd} in another"] : [];
        return new(incident, reported, contradictions);
    }

    private static int Score(DateMention mention)
    {
        if (Gone().IsMatch(mention.Before))
            return Certain;
        if (HeaderLine().IsMatch(mention.Sentence) || NotTheDamage().IsMatch(mention.Before[Math.Max(0, mention.Before.Length - 35)..]))
            return 0;
        if (Labelled().IsMatch(mention.Before))
            return Certain + 2;
        var near = mention.Before + " " + mention.After;
        return Happened().IsMatch(near) ? Certain : (Event().IsMatch(mention.Sentence) ? 3 : 0) + (Preposition().IsMatch(mention.Before) ? 1 : 0);
    }

    /// <summary>The mail header's date, a dated letterhead, or a line with nothing but a place and a day.</summary>
    private static DateOnly? Written(PostText post)
    {
        // The newest text comes first; its date is the day the post was written.
        foreach (var (line, _) in post.Lines)
            if (HeaderLine().IsMatch(line) || Letterhead().IsMatch(line))
                if (DateReader.Read(line, null) is [var first, ..])
                    return first.Day;
        foreach (var sentence in post.Sentences)
            if (Today().Match(sentence) is { Success: true } today && DateReader.Read(today.Value, null) is [var said, ..])
                return said.Day;
        return null;
    }

    [GeneratedRegex(@"^\W*(?:Date|Sent|Datum|Gesendet|Received|Eingang|Taken|Call)\b(?! of)[^:]{0,20}:|^\W*(?:Signed|Written|Unterschrieben|Geschrieben)\b", RegexOptions.IgnoreCase)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"^\s*(?:[A-ZÄÖÜ][\w äöüß./-]{1,28},?\s+(?:den\s|on\s)?)?(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th|\.)?\s\w{3,9}\.?\s\d{4}|[A-Z][a-z]{2,8}\s\d{1,2},?\s\d{4})\.?(?:\s*$|\s{3})")]
    private static partial Regex Letterhead();

    [GeneratedRegex(@"\b(?:today is|it(?:'s| is)|heute ist|heute,)\s[^.;)]{0,30}\d{4}", RegexOptions.IgnoreCase)]
    private static partial Regex Today();

    [GeneratedRegex(@"(?:date of (?:the )?(?:loss|damage|incident|accident|theft)|day of (?:the )?(?:loss|damage)|when did it happen|incident date|schaden(?:s)?(?:tag|datum)|tag des schadens|ereignis(?:tag|datum)|unfall(?:tag|datum)|wann\b[^:]{0,30})[^:]{0,25}:?[|\s*]*(?:\w+,?\s)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Labelled();

    [GeneratedRegex(@"(?:missing|gone|disappeared|vermisst|verschwunden|fehlt|fehlen)\b.{0,10}\b(?:since|seit)\b[^.]{0,25}$", RegexOptions.IgnoreCase)]
    private static partial Regex Gone();

    [GeneratedRegex(@"happen\w*|occurr\w*|took place|ereignet\w*|passiert\w*|geschah|zugetragen", RegexOptions.IgnoreCase)]
    private static partial Regex Happened();

    [GeneratedRegex(@"burst|broke|broken|stolen|stole|burgl\w+|break-in|fire|smoke|leak\w*|flood\w*|storm|hail|wind|crash\w*|collid\w+|collision|hit|dent\w*|scratch\w*|discover\w*|notic\w+|came home|came back|woke|returned|damage\w*|accident|smash\w*|knocked|geplatzt|gebrochen|einbruch|eingebrochen|gestohlen|entwendet|brand|brannte|feuer|rauch|wasser|sturm|hagel|unfall|zusammensto\w+|bemerkt\w*|entdeckt\w*|festgestellt|schaden|zerbrochen|kaputt|gesprungen|umgestoßen|nachts|nacht|missing|lost|verloren", RegexOptions.IgnoreCase)]
    private static partial Regex Event();

    [GeneratedRegex(@"\b(?:on|am|vom|of|night of|morning of|evening of|nacht (?:vom|zum|auf den)|den)\s(?:\w+,?\s)?(?:the\s)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Preposition();

    [GeneratedRegex(@"(?:today is|\bit(?:'s| is)|heute ist)(?:\s\w+){0,2}\s*$|born|geb\.|geboren|since|seit|bought|purchas\w+|gekauft|dated|invoice|rechnung|policy|vertrag|valid|gültig|began|beginn|your (?:letter|mail|e-mail)|ihr (?:schreiben|brief)|schreiben vom|available|appointment|termin|until|bis|before|renewed|wrote|schrieb|installed|eingebaut|moved in|eingezogen|reported|gemeldet|called|phoned|angerufen|previous|earlier|letzte\w* schaden", RegexOptions.IgnoreCase)]
    private static partial Regex NotTheDamage();
}
