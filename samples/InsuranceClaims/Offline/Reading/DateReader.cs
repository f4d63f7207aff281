using System.Globalization;
using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>A day in a text, with the words around it.</summary>
internal sealed record DateMention(DateOnly Day, string Before, string After, string Sentence);

/// <summary>Finds days: 2026-03-12 · 12.03.2026 · 12/03/2026 · 12 March 2026 · March 12, 2026 · 12. März · yesterday · gestern.</summary>
internal static partial class DateReader
{
    private const int Window = 60;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly Dictionary<string, int> GermanMonths = new(StringComparer.OrdinalIgnoreCase) { ["mär"] = 3, ["mrz"] = 3, ["mai"] = 5, ["okt"] = 10, ["dez"] = 12 };

    /// <param name="written">The day the text was written: gives a day without a year its year, and "yesterday" its day.</param>
    public static List<DateMention> Read(string sentence, DateOnly? written)
    {
        var mentions = new List<DateMention>();
        foreach (Match match in Day().Matches(sentence))
            if (Parse(match, written) is { } day)
                mentions.Add(Mention(day, match));
        if (written is { } today)
            foreach (Match match in Relative().Matches(sentence))
                mentions.Add(Mention(today.AddDays(DaysBack(match.Value)), match));
        return mentions;

        DateMention Mention(DateOnly day, Match match) => new(
            day,
            sentence[Math.Max(0, match.Index - Window)..match.Index],
            sentence[(match.Index + match.Length)..Math.Min(sentence.Length, match.Index + match.Length + Window)],
            sentence);
    }

    private static int DaysBack(string word) => word.ToUpperInvariant() switch
    {
        "TODAY" or "THIS MORNING" or "HEUTE" or "HEUTE MORGEN" or "HEUTE FRÜH" or "TONIGHT" => 0,
        "VORGESTERN" or "THE DAY BEFORE YESTERDAY" => -2,
        _ => -1,
    };

    private static DateOnly? Parse(Match match, DateOnly? written)
    {
        if (!int.TryParse(match.Groups["d"].Value, CultureInfo.InvariantCulture, out var day))
            return null;
        var month = match.Groups["m"] is { Success: true } number
            ? int.Parse(number.Value, CultureInfo.InvariantCulture)
            : MonthOf(match.Groups["name"].Value);
        var year = match.Groups["y"] is { Success: true } given ? int.Parse(given.Value, CultureInfo.InvariantCulture) : written?.Year;
        if (year is < 100)
            year += 2000;
        if (year is not { } full || month is < 1 or > 12 || day < 1 || full is < 1900 or > 2100 || day > DateTime.DaysInMonth(full, month))
            return null;
        var parsed = new DateOnly(full, month, day);
        // "on 28 December" in a letter of January was last year.
        return !match.Groups["y"].Success && written is { } today && parsed.DayNumber > today.DayNumber + 60 ? parsed.AddYears(-1) : parsed;
    }

    private static int MonthOf(string name)
    {
        var start = name[..Math.Min(3, name.Length)];
        return GermanMonths.TryGetValue(start, out var month) ? month
            : Array.FindIndex(Months, known => known.Equals(start, StringComparison.OrdinalIgnoreCase)) + 1;
    }

    private const string Month = @"(?<name>(?:Jan(?:uar|uary)?|Feb(?:ruar|ruary)?|Mar(?:ch)?|März?|Mrz|Apr(?:il)?|May|Mai|June?|Juni|July?|Juli|Aug(?:ust)?|Sept?(?:ember)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\b)";

    [GeneratedRegex(
        @"\b(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})\b"
        + @"|(?<![\d.,/-])(?<d>\d{1,2})[./](?<m>\d{1,2})[./](?<y>\d{4}|\d{2})(?![\d/]|\.\d)"
        + @"|(?<![\d.,])(?<d>\d{1,2})(?:st|nd|rd|th|\.)?\s?(?:of\s)?" + Month + @"\.?(?:,?\s(?<y>\d{4}))?"
        + @"|\b" + Month + @"\.?\s(?<d>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s(?<y>\d{4}))?",
        RegexOptions.IgnoreCase)]
    private static partial Regex Day();

    [GeneratedRegex(@"\b(?:the day before yesterday|yesterday|last night|tonight|today|this morning|vorgestern|gestern|heute Nacht|letzte Nacht|heute Morgen|heute früh|heute)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();
}
