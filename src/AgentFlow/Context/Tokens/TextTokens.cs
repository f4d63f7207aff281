namespace AgentFlow;

/// <summary>
/// Estimates the tokens of a text without a vocabulary. The weights were fitted to counts of the vocabularies cl100k_base and
/// o200k_base, by kinds of text: see the table in the tests. Linear in the length of the text.
/// </summary>
internal static class TextTokens
{
    /// <summary>Weights are sixteenths of a token.</summary>
    private const int Token = 16;

    public static int Estimate(ReadOnlySpan<char> text)
    {
        long weight = 0;
        long bytes = 0;
        var (checkedTo, isAfterSign) = (0, false);
        for (var i = 0; i < text.Length;)
        {
            var first = text[i];
            var length = LengthOfRun(text[i..]);
            if (char.IsAsciiLetterOrDigit(first) && i >= checkedTo)
            {
                var whole = Opaque(text[i..], out var isOpaque);
                checkedTo = i + whole;
                if (isOpaque)
                {
                    weight += whole * (Token * 3L / 4);
                    bytes += whole;
                    i += whole;
                    isAfterSign = false;
                    continue;
                }
            }

            var isSign = false;
            switch (first)
            {
                case ' ' or '\t':
                    var joinsNext = length == 1 && i + 1 < text.Length && !char.IsAsciiDigit(text[i + 1]);
                    weight += joinsNext ? 0 : Token + (length / 8 * 4L);
                    break;
                case '\r' or '\n': weight += (isAfterSign ? 0 : Token) + (4L * (length - 1)); break;
                case >= '0' and <= '9': weight += (long)Token * length; break;
                case >= 'a' and <= 'z' or >= 'A' and <= 'Z': weight += Word(length); break;
                case <= '\x7f':
                    weight += (isAfterSign ? Token / 2 : Token) + (4L * (length - 1));
                    isSign = true;
                    break;
                default: weight += Beyond(length == 2 ? char.ConvertToUtf32(first, text[i + 1]) : first); break;
            }

            bytes += first <= '\x7f' ? length : first <= '\x7ff' ? 2 : length == 2 ? 4 : 3;
            isAfterSign = isSign;
            i += length;
        }

        // Four bytes to a token is the rule of thumb for plain English; nothing is meant to undercut it.
        return (int)Math.Min(int.MaxValue, Math.Max((weight + Token - 1) / Token, (bytes + 3) / 4));
    }

    /// <summary>How many characters at the beginning are of one kind: a word, digits, blanks, one and the same sign, one code point.</summary>
    private static int LengthOfRun(ReadOnlySpan<char> text)
    {
        var first = text[0];
        if (first > '\x7f') return char.IsHighSurrogate(first) && text.Length > 1 && char.IsLowSurrogate(text[1]) ? 2 : 1;
        if (char.IsAsciiLetterUpper(first))
        {
            // "House" is a word, and so is "HTTP".
            var upper = Count(text.IndexOfAnyExceptInRange('A', 'Z'), text);
            return upper > 1 || text.Length == 1 ? upper : 1 + Count(text[1..].IndexOfAnyExceptInRange('a', 'z'), text[1..]);
        }

        if (char.IsAsciiLetterLower(first)) return Count(text.IndexOfAnyExceptInRange('a', 'z'), text);
        if (char.IsAsciiDigit(first)) return Count(text.IndexOfAnyExceptInRange('0', '9'), text);
        return first is ' ' or '\t' ? Count(text.IndexOfAnyExcept(' ', '\t'), text) : Count(text.IndexOfAnyExcept(first), text);
    }

    private static int Count(int end, ReadOnlySpan<char> text) => end < 0 ? text.Length : end;

    /// <summary>The letters and digits at the beginning, and whether they change their kind so often that they are no words: base64, hashes, keys.</summary>
    private static int Opaque(ReadOnlySpan<char> text, out bool isOpaque)
    {
        var (length, changes) = (0, 0);
        for (; length < text.Length && char.IsAsciiLetterOrDigit(text[length]); length++)
        {
            if (length == 0) continue;
            var (before, now) = (text[length - 1], text[length]);
            if (char.IsAsciiDigit(before) != char.IsAsciiDigit(now) || char.IsAsciiLetterLower(before) && char.IsAsciiLetterUpper(now)) changes++;
        }

        isOpaque = length >= 16 && changes * 5 >= length;
        return length;
    }

    /// <summary>Short words are one token, longer ones fall apart, and what is too long for a word is none.</summary>
    private static long Word(int length) => length <= 4 ? Token : length <= 20 ? Token + ((length - 4L) * 5) : 96 + ((length - 20L) * 10);

    private static int Beyond(int point) => point switch
    {
        > 0xffff => point is >= 0x1f000 and <= 0x1faff ? 48 : 64,
        >= 0x300 and <= 0x36f or >= 0x530 and <= 0x58f or >= 0x700 and <= 0x7ff => 32,
        >= 0x400 and <= 0x52f => 12,
        >= 0x590 and <= 0x5ff => 20,
        <= 0x7ff => 16,
        >= 0x900 and <= 0x97f or >= 0xe00 and <= 0xe7f or >= 0x1e00 and <= 0x1eff => 20,
        >= 0x980 and <= 0xdff => 28,
        >= 0x10a0 and <= 0x10ff => 32,
        >= 0x2010 and <= 0x2027 => 16,
        >= 0x3000 and <= 0x30ff or >= 0xff00 and <= 0xffef => 24,
        >= 0x4e00 and <= 0x9fff or >= 0xac00 and <= 0xd7af => 28,

        // As many as it has bytes, which no byte-level vocabulary exceeds.
        _ => 48,
    };
}
