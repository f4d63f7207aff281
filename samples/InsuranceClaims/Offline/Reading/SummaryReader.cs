using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Picks the sentences that tell what happened: the ones with the day and with the words of the damage.</summary>
internal static partial class SummaryReader
{
    private const int Shortest = 25;
    private const int Longest = 260;
    private const int MostWords = 3;
    private const int DayWeight = 4;

    public static string Read(IReadOnlyList<string> sentences, DamageKind kind, DateOnly? incident, DateOnly? written)
    {
        var told = sentences
            .Select((sentence, index) => (sentence, index, score: Score(sentence)))
            .Where(entry => entry.score > 0)
            .OrderByDescending(entry => entry.score).ThenBy(entry => entry.index)
            .Take(2).OrderBy(entry => entry.index)
            .Select(entry => char.ToUpperInvariant(entry.sentence[0]) + entry.sentence[1..]);
        return PostText.Shorten(string.Join(' ', told), Longest);

        int Score(string sentence)
        {
            if (sentence.Length < Shortest || Furniture().IsMatch(sentence))
                return 0;
            var words = Math.Min(MostWords, DamageKindReader.Count(kind, sentence)) + Math.Min(MostWords, Telling().Count(sentence));
            return words + (words > 0 && incident is { } day && DateReader.Read(sentence, written).Exists(mention => mention.Day == day) ? DayWeight : 0);
        }
    }

    [GeneratedRegex(@"^\W*(?:From|To|Cc|Date|Sent|Subject|Von|An|Gesendet|Betreff|Datum|Dear|Sehr geehrte|Call)\b|^[|#*=-]|^[^.]{2,34}:\s|^[A-ZÄÖÜ][\wäöüß]+,\s(?:den\s)?\d|[|@]|\s{3}", RegexOptions.IgnoreCase)]
    private static partial Regex Furniture();

    [GeneratedRegex(@"\b(?:happened|burst|broke|broken|stole|stolen|damaged?|destroyed|soaked|collapsed|cracked|smashed|knocked|hit|blown|lifted|lost|leaked|passiert|ereignet|geplatzt|gebrochen|gerissen|gesprungen|gestohlen|beschädigt|zerstört|durchnässt|zerbrochen|heruntergerissen|ausgelaufen)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Telling();
}
