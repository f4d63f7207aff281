using System.Text.RegularExpressions;

namespace DocumentIntake.Offline;

/// <summary>The lists of words in instructions: <c>- number: Invoice no, Rechnungsnummer</c>.</summary>
internal sealed partial class Vocabulary(string instructions)
{
    private const int HeadWeight = 4;
    private const int HeadLines = 6;

    private readonly Dictionary<string, string[]> _words = Entry().Matches(instructions)
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["words"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    public string[] Of(string name) => _words.GetValueOrDefault(name, []);

    /// <summary>The name with most of its words in the text; the last name when there are none. What stands at the top counts more.</summary>
    public string BestOf(IReadOnlyList<string> names, string text)
    {
        var head = string.Join('\n', text.Split('\n').Where(line => line.Length > 1).Take(HeadLines));
        var (best, most) = (names[^1], 0);
        foreach (var name in names)
        {
            var score = Of(name).Sum(word => Count(text, word) + HeadWeight * Count(head, word));
            if (score > most) (best, most) = (name, score);
        }

        return best;
    }

    public static bool Mentions(string text, string word) => Count(text, word) > 0;

    private static int Count(string text, string word) => Regex.Count(text, $@"\b{Regex.Escape(word)}\b", RegexOptions.IgnoreCase);

    [GeneratedRegex(@"^[ \t]*-[ \t]*(?<name>\w+):[ \t]*(?<words>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
