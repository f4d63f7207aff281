using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace InsuranceClaims;

/// <summary>The two encodings that mails use for letters outside of ASCII.</summary>
internal static partial class MimeWords
{
    /// <summary>Decodes =?utf-8?Q?Gr=C3=BC=C3=9Fe?= and =?utf-8?B?…?= in a header.</summary>
    public static string Decode(string header) => EncodedWord().Replace(Between().Replace(header, "$1"), word =>
    {
        var text = word.Groups["text"].Value;
        byte[] bytes;
        if (word.Groups["kind"].Value is "B" or "b")
        {
            bytes = new byte[text.Length];
            if (!Convert.TryFromBase64String(text, bytes, out var length))
                return word.Value;
            bytes = bytes[..length];
        }
        else
            bytes = QuotedPrintable(text.Replace('_', ' '));
        return TextEncoding.Decode(bytes, word.Groups["charset"].Value);
    });

    public static byte[] QuotedPrintable(string text)
    {
        using var bytes = new MemoryStream(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
                bytes.WriteByte((byte)text[i]);
            else if (i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.WriteByte(value);
                i += 2;
            }
            else
                i = SkipSoftBreak(text, i);
        }
        return bytes.ToArray();
    }

    private static int SkipSoftBreak(string text, int equals)
    {
        var next = equals + 1;
        if (next < text.Length && text[next] == '\r')
            next++;
        return next < text.Length && text[next] == '\n' ? next : equals;
    }

    [GeneratedRegex(@"=\?(?<charset>[^?]+)\?(?<kind>[QqBb])\?(?<text>[^?]*)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(\?=)\s+(?==\?)")]
    private static partial Regex Between();
}
