using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace InsuranceClaims;

/// <summary>Turns a mail file into the text a person would read: the headers that matter, then the plain text part.</summary>
internal static partial class EmlText
{
    private const int DeepestPart = 8;
    private static readonly string[] Shown = ["From", "To", "Date", "Subject"];

    public static string Read(string decoded, byte[] raw)
    {
        // A mail is bytes: its parts name their own charsets, so they are cut out of a lossless copy.
        var (headers, body) = Split(Encoding.Latin1.GetString(raw));
        if (headers.Count == 0)
            return decoded;
        var text = new StringBuilder();
        foreach (var name in Shown)
            if (headers.TryGetValue(name, out var value))
                text.Append(name).Append(": ").Append(MimeWords.Decode(value)).Append('\n');
        return text.Append('\n').Append(Body(headers, body, depth: 0).Trim()).ToString();
    }

    private static string Body(Dictionary<string, string> headers, string body, int depth)
    {
        var type = headers.GetValueOrDefault("Content-Type", "text/plain");
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && depth < DeepestPart && Boundary().Match(type) is { Success: true } boundary)
            return Parts(body, boundary.Groups[1].Value, depth);
        if (!type.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
            return type.StartsWith("message/", StringComparison.OrdinalIgnoreCase) ? body : "";
        var bytes = headers.GetValueOrDefault("Content-Transfer-Encoding", "").Trim().ToUpperInvariant() switch
        {
            "QUOTED-PRINTABLE" => MimeWords.QuotedPrintable(body),
            "BASE64" => FromBase64(body),
            _ => Encoding.Latin1.GetBytes(body),
        };
        var text = TextEncoding.Decode(bytes, Charset().Match(type) is { Success: true } charset ? charset.Groups[1].Value : null);
        return type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) ? FromHtml(text) : text;
    }

    private static string Parts(string body, string boundary, int depth)
    {
        var alternatives = new List<(bool IsPlain, string Text)>();
        foreach (var part in body.Split("--" + boundary, StringSplitOptions.None).Skip(1))
        {
            if (part.StartsWith("--", StringComparison.Ordinal))
                break;
            var (headers, content) = Split(part.TrimStart('\r', '\n'));
            var text = Body(headers, content, depth + 1);
            if (!string.IsNullOrWhiteSpace(text))
                alternatives.Add((!headers.GetValueOrDefault("Content-Type", "text/plain").StartsWith("text/html", StringComparison.OrdinalIgnoreCase), text));
        }
        // The HTML part repeats the plain one; it only counts where there is nothing else.
        var plain = alternatives.Where(part => part.IsPlain).Select(part => part.Text).ToList();
        return string.Join("\n\n", plain.Count > 0 ? plain : alternatives.Select(part => part.Text));
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string message)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var position = 0;
        string? last = null;
        while (position < message.Length)
        {
            var end = message.IndexOf('\n', position);
            var line = (end < 0 ? message[position..] : message[position..end]).TrimEnd('\r');
            if (line.Length == 0)
                return (headers, end < 0 ? "" : message[(end + 1)..]);
            if (last is not null && line[0] is ' ' or '\t')
                headers[last!] += " " + line.Trim();
            else if (Header().Match(line) is { Success: true } header)
                headers[last = header.Groups[1].Value] = header.Groups[2].Value;
            else
                return (headers, message[position..]);
            position = end < 0 ? message.Length : end + 1;
        }
        return (headers, "");
    }

    private static byte[] FromBase64(string body)
    {
        var letters = string.Concat(body.Where(c => !char.IsWhiteSpace(c)));
        var bytes = new byte[letters.Length];
        return Convert.TryFromBase64String(letters, bytes, out var length) ? bytes[..length] : Encoding.Latin1.GetBytes(body);
    }

    private static string FromHtml(string html) =>
        WebUtility.HtmlDecode(Tag().Replace(LineTag().Replace(Invisible().Replace(html, ""), "\n"), ""));

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9-]*):\s?(.*)$")]
    private static partial Regex Header();

    [GeneratedRegex("boundary=\"?([^\";\\s]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex("charset=\"?([^\";\\s]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Charset();

    [GeneratedRegex(@"<(style|script|head)\b.*?</\1>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Invisible();

    [GeneratedRegex(@"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex LineTag();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();
}
