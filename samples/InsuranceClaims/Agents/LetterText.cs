namespace InsuranceClaims;

/// <summary>The plain text form of a letter, as a writer streams it: a subject line, an empty line, the body.</summary>
internal static class LetterText
{
    private const string Prefix = "Subject:";

    public static string Format(Letter letter) => $"{Prefix} {letter.Subject}\n\n{letter.Body}";

    /// <summary>Reads what a writer wrote. Without a subject line the first line serves as subject and stays in the body.</summary>
    public static Letter Parse(string text)
    {
        var trimmed = text.Trim().ReplaceLineEndings("\n");
        var end = trimmed.IndexOf('\n', StringComparison.Ordinal);
        var first = (end < 0 ? trimmed : trimmed[..end]).Trim();
        var body = end < 0 ? "" : trimmed[end..].Trim();
        foreach (var prefix in (string[])[Prefix, "Betreff:"])
            if (first.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return new Letter(first[prefix.Length..].Trim(), body);
        return new Letter(first, trimmed);
    }
}
