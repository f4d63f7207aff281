using System.Globalization;
using System.Text;

namespace AgentFlow.Testing;

/// <summary>Texts of unknown origin, made fit to be shown: on one line, of a bounded length, and without what commands a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text up to a length, whole characters only, and marked where it was cut.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = most - 1;
        if (char.IsHighSurrogate(text[end - 1])) end--;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>The text on one line: control and direction characters and halves of characters become spaces.</summary>
    public static string Line(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        var isSpace = true;
        foreach (var rune in Cut(text, most * 4).EnumerateRunes())
        {
            var isBlank = rune == Rune.ReplacementChar || Rune.IsWhiteSpace(rune) || rune.Value is 0xFFFE or 0xFFFF
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (!isBlank) line.Append(rune.ToString());
            else if (!isSpace) line.Append(' ');
            isSpace = isBlank;
        }

        return Cut(line.ToString().TrimEnd(), most);
    }

    /// <summary>Names, the first of them.</summary>
    public static string List(IReadOnlyCollection<string> names, int most = 5)
    {
        var shown = string.Join(", ", names.Take(most).Select(static name => $"'{Line(name, 60)}'"));
        return names.Count > most ? $"{shown} and {names.Count - most} more" : shown;
    }

    public static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Signed(double value) => value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
}
