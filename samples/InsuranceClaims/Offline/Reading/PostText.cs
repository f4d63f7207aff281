using System.Text;
using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>One line as it was meant, without the breaks and quote marks that mail programs add.</summary>
/// <param name="Depth">How often it was quoted: 0 is the newest text.</param>
internal readonly record struct PostLine(string Text, int Depth);

/// <summary>Post prepared for reading: quote marks off, hard line breaks joined, sentences apart.</summary>
internal sealed partial class PostText
{
    // Mail programs break between 60 and 78 characters; a shorter line ended on purpose.
    private const int HardBreak = 52;

    private PostText(List<PostLine> lines)
    {
        Lines = lines;
        Sentences = [.. lines.SelectMany(line => SentenceEnd().Split(line.Text)).Select(sentence => sentence.Trim()).Where(sentence => sentence.Length > 0)];
        IsForwarded = lines.Any(line => Forward().IsMatch(line.Text));
    }

    public IReadOnlyList<PostLine> Lines { get; }

    public IReadOnlyList<string> Sentences { get; }

    public bool IsForwarded { get; }

    public static PostText Read(string raw)
    {
        var lines = new List<PostLine>();
        foreach (var rawLine in Invisible().Replace(raw, "").ReplaceLineEndings("\n").Split('\n'))
        {
            var mark = QuoteMark().Match(rawLine);
            var line = new PostLine(rawLine[mark.Length..].TrimEnd(), mark.Value.Count(c => c == '>'));
            if (lines.Count > 0 && Continues(lines[^1], line, lastBreak: lines[^1].Text.Length))
                lines[^1] = lines[^1] with { Text = lines[^1].Text + " " + line.Text.TrimStart() };
            else
                lines.Add(line);
        }
        return new PostText(Unjoin(lines));
    }

    private static bool Continues(PostLine line, PostLine next, int lastBreak) =>
        lastBreak >= HardBreak && next.Text.Length > 0 && line.Depth == next.Depth
        && !OwnLine().IsMatch(next.Text) && !TableRow().IsMatch(line.Text) && !MailHeader().IsMatch(line.Text);

    private static List<PostLine> Unjoin(List<PostLine> lines) => [.. lines.Where(line => !string.IsNullOrWhiteSpace(line.Text))];

    /// <summary>Shortens a quote for a reader, at a word.</summary>
    public static string Shorten(string text, int length)
    {
        var flat = new StringBuilder(text.Length);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (flat.Length + word.Length + 1 > length)
                return flat.Append(" …").ToString();
            if (flat.Length > 0)
                flat.Append(' ');
            flat.Append(word);
        }
        return flat.ToString();
    }

    [GeneratedRegex("[\u200B-\u200F\u202A-\u202E\u2060\uFEFF\u00AD]")]
    private static partial Regex Invisible();

    [GeneratedRegex(@"^(?:\s?>)*\s?(?<=^|>\s?)")]
    private static partial Regex QuoteMark();

    [GeneratedRegex(@"^\s*(?:[-*•+–]\s|\d{1,2}[.)]\s|\||[A-ZÄÖÜ][\w .\-/()äöüß]{1,32}:(?:\s|$)|#|-{3,}|_{3,}|={3,}|<!--)")]
    private static partial Regex OwnLine();

    [GeneratedRegex(@"^\s*(?:\||[-=_]{3,})|\|\s*$")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^(?:From|To|Cc|Date|Sent|Subject|Von|An|Gesendet|Betreff|Datum):\s")]
    private static partial Regex MailHeader();

    [GeneratedRegex(@"(?<=[.!?…])(?<!\b(?:No|Nr|Mr|Mrs|Ms|Dr|St|ca|bzw|Str|Pol|Tel|approx|etc|z|B|d|h|u|a|inkl|zzgl|vgl|Art|Abs|e|g|i|Vers)\.)(?<!(?:^|\s)\d{1,2}\.)\s+(?=[A-ZÄÖÜ„""“'(\[<€£\d])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"^-{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht)|^Begin forwarded message|^Anfang der weitergeleiteten", RegexOptions.IgnoreCase)]
    private static partial Regex Forward();
}
