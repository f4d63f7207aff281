using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Finds who claims: a form field, "my name is", the signature, the sender, in this order.</summary>
internal static partial class NameReader
{
    public static string? Read(PostText post)
    {
        foreach (var (line, _) in post.Lines)
            if ((Field().Match(line) is { Success: true } field ? field : Introduced().Match(line)) is { Success: true } said && Accept(said.Groups["name"].Value) is { } name)
                return name;

        var signatures = Signatures(post).ToList();
        // A forwarded mail is signed by the colleague first; the claimant's own signature is the last one.
        if ((post.IsForwarded ? signatures.LastOrDefault() : signatures.FirstOrDefault()) is { } signature)
            return signature;

        var senders = post.Lines.Select(line => Sender().Match(line.Text)).Where(match => match.Success)
            .Select(match => Accept(match.Groups["name"].Value)).OfType<string>().ToList();
        return post.IsForwarded ? senders.LastOrDefault() : senders.FirstOrDefault();
    }

    private static IEnumerable<string> Signatures(PostText post)
    {
        for (var i = 0; i < post.Lines.Count; i++)
        {
            var match = SignOff().Match(post.Lines[i].Text);
            if (!match.Success)
                continue;
            if (Accept(match.Groups["name"].Value) is { } inline)
                yield return inline;
            else
                for (var next = i + 1; next < Math.Min(i + 3, post.Lines.Count); next++)
                    if (Accept(post.Lines[next].Text) is { } name)
                    {
                        yield return name;
                        break;
                    }
        }
    }

    private static string? Accept(string text)
    {
        var name = text.Trim(' ', ',', '.', '*', '_', '|', '"', '“', '”', '(', ')', '-', '–');
        if (Reversed().Match(name) is { Success: true } reversed)
            name = $"{reversed.Groups["first"].Value} {reversed.Groups["last"].Value}";
        name = Title().Replace(name, "").Trim();
        return FullName().IsMatch(name) && !Company().IsMatch(name) ? name : null;
    }

    [GeneratedRegex(@"^\W*(?:(?:full )?name|policy ?holder|claimant|insured(?: person)?|caller|customer|versicherungsnehmer(?:in|/in|\(in\))?|anspruchsteller(?:in)?|vor- und (?:zu|nach)name|name, vorname|versicherte(?:r|n)?|kund(?:e|in))(?:\s?\([^)]*\))?[\s*]*[:|][\s*|]*(?<name>[^|;(0-9]{4,45})", RegexOptions.IgnoreCase)]
    private static partial Regex Field();

    [GeneratedRegex(@"\b(?:[Mm]y name is|[Mm]ein Name ist|[Ii]ch heiße|[Hh]ier ist|[Tt]his is)\s+(?<name>(?:Dr\.\s)?[A-ZÄÖÜ][\wäöüß'-]+(?:\s(?:von|van|de|der|O'))?\s[A-ZÄÖÜ][\wäöüß'-]+)|(?<name>[A-ZÄÖÜ][\wäöüß'-]+\s[A-ZÄÖÜ][\wäöüß'-]+)(?:\s(?:here|hier)\b|,\s(?:(?:my|meine)\s)?(?:(?:[Pp]olicy|[Vv]ertrag)\s)?[A-Z]{2}[\s-]?\d{5})")]
    private static partial Regex Introduced();

    [GeneratedRegex(@"^\s*(?:(?:with\s)?(?:(?:very\s)?kind|best|warm|many)?\s?regards|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|many thanks|thanks(?: a lot)?|thank you|cheers|best wishes|all the best|best|mit freundlichen? gr(?:ü|ue)(?:ß|ss)en?|(?:viele|liebe|beste|freundliche|herzliche|schöne) grüße|mfg|vg|lg|hochachtungsvoll|danke|vielen dank|gruß)\b[,.!]?\s*(?<name>.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex SignOff();

    [GeneratedRegex(@"^\W*(?:From|Von):\s*""?(?<name>[^""<\[(@]+?)""?\s*(?:[<\[(].*)?$")]
    private static partial Regex Sender();

    [GeneratedRegex(@"^(?<last>[A-ZÄÖÜ][\wäöüß'-]+),\s(?<first>[A-ZÄÖÜ][\wäöüß'-]+)$")]
    private static partial Regex Reversed();

    [GeneratedRegex(@"^(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Hr|Fr)\.?\s)+|\s(?:MBE|PhD|B\.?A\.?)$")]
    private static partial Regex Title();

    [GeneratedRegex(@"^[A-ZÄÖÜ][\wäöüß'’-]+(?:\s[A-ZÄÖÜ]\.)?(?:\s(?:von|van|de|der|zu|den))*(?:\s[A-ZÄÖÜ][\wäöüß'’-]+){1,2}$")]
    private static partial Regex FullName();

    [GeneratedRegex(@"\b(?:Team|Claims?|Service|Versicherung\w*|Insurance|Mutual|Schaden\w*|Department|Abteilung|GmbH|Ltd|Customer|Office|Post|Sent|Gesendet|Linden|Mailroom|Kundendienst)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Company();
}
