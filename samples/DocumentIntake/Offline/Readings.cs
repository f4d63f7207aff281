using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DocumentIntake.Offline;

/// <summary>All that a value could be, by the words in front of it: the most likely reading first.</summary>
internal static partial class Readings
{
    private const string Amount = @"-?\d[\d.,]*";

    public static List<JsonNode> Of(string text, string[] labels, string schema)
    {
        if (schema.Contains("\"items\"", StringComparison.Ordinal)) return [Lines(text)];
        var found = labels.SelectMany(label => Behind(text, label));
        IEnumerable<JsonNode> readings = schema.Contains("\"date\"", StringComparison.Ordinal) ? found.SelectMany(Dates)
            : schema.Contains("number", StringComparison.Ordinal) ? found.SelectMany(rest => Numbers(AnAmount().Matches(rest).LastOrDefault()?.Value)).Select(number => (JsonNode)number)
            : found.Select(rest => TwoSpaces().Split(rest)[0].Trim(' ', ':', '#', '.', ',')).Where(value => value.Length > 0).Select(value => (JsonNode)value);
        return [.. readings.DistinctBy(reading => reading.ToJsonString())];
    }

    private static IEnumerable<string> Behind(string text, string label) => label switch
    {
        "the first line" => text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Take(1),
        "the last line" => text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).TakeLast(1),
        "anything with an @" => AnAddress().Matches(text).Select(match => match.Value),
        _ => Regex.Matches(text, $@"(?:^|[ \t]{{2,}}|\|)[ \t]*{Regex.Escape(label)}\b[.:#]*(?<rest>[^\r\n]*)", RegexOptions.IgnoreCase | RegexOptions.Multiline).Select(match => match.Groups["rest"].Value),
    };

    private static JsonArray Lines(string text) => new([.. ALine().Matches(text).Select(match => (JsonNode)new JsonObject
    {
        ["text"] = match.Groups["text"].Value.Trim(),
        ["quantity"] = Numbers(match.Groups["quantity"].Value)[0],
        ["price"] = Numbers(match.Groups["price"].Value)[0],
        ["amount"] = Numbers(match.Groups["amount"].Value)[0],
    })]);

    /// <summary>1.234,50 and 1,234.50 are the same; 1.234 can be two numbers.</summary>
    private static List<decimal> Numbers(string? text)
    {
        if (text is null) return [];
        var trimmed = text.TrimEnd('.', ',');
        var mark = trimmed.LastIndexOfAny(['.', ',']);
        if (mark < 0) return [decimal.Parse(trimmed, CultureInfo.InvariantCulture)];
        var whole = Digits(trimmed[..mark]);
        var fraction = decimal.Parse($"{whole}.{trimmed[(mark + 1)..]}", CultureInfo.InvariantCulture);
        return trimmed.Length - mark == 4 ? [decimal.Parse(Digits(trimmed), CultureInfo.InvariantCulture), fraction] : [fraction];
    }

    private static IEnumerable<JsonNode> Dates(string text)
    {
        // Day first, as most of the world has it; the other way when that is refused.
        string[] formats = ["yyyy-MM-dd", "d.M.yyyy", "d/M/yyyy", "M/d/yyyy", "d MMMM yyyy", "d MMM yyyy", "MMMM d, yyyy"];
        foreach (Match match in ADate().Matches(text))
            foreach (var format in formats)
                if (DateOnly.TryParseExact(match.Value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) yield return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Digits(string text) => string.Concat(text.Where(character => character is >= '0' and <= '9' or '-'));

    [GeneratedRegex(Amount)]
    private static partial Regex AnAmount();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}")]
    private static partial Regex ADate();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")]
    private static partial Regex AnAddress();

    [GeneratedRegex(@"\s{2,}")]
    private static partial Regex TwoSpaces();

    [GeneratedRegex(@"^[ \t]*(?<text>\S[^\r\n]*?)[ \t]+(?<quantity>\d+(?:[.,]\d+)?)[ \t]*[x×][ \t]*(?<price>" + Amount + @")[ \t]*(?:€|EUR|USD|\$)?[ \t]*=?[ \t]+(?<amount>" + Amount + @")[ \t]*(?:€|EUR|USD|\$)?[ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex ALine();
}
