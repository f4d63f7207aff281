using System.Text;

namespace InsuranceClaims;

/// <summary>UTF-8 where it is valid, Latin-1 otherwise: old mail programs still send umlauts that way.</summary>
internal static class TextEncoding
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>Decodes by the name in a mail header; an unknown name is decided by the bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset) =>
        charset is not null && (charset.StartsWith("iso-8859", StringComparison.OrdinalIgnoreCase) || charset.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase))
            ? Encoding.Latin1.GetString(bytes)
            : Decode(bytes);
}
