using System.Globalization;

namespace InsuranceClaims;

/// <summary>Amounts as people write them: 1,234.50 in English, 1.234,50 in German.</summary>
internal static class Money
{
    private static readonly NumberFormatInfo German = new() { NumberGroupSeparator = ".", NumberDecimalSeparator = "," };

    /// <summary>1.234,50 · 1,234.50 · 1 234,50 · 4.500,- · 12.000. Null when there is no number.</summary>
    public static decimal? Parse(string number)
    {
        var text = number.TrimEnd('-', '–', ',', '.', ' ');
        var last = text.LastIndexOfAny(['.', ',']);
        var hasCents = last >= 0 && text.Length - last - 1 is 1 or 2;
        var digits = string.Concat((hasCents ? text[..last] : text).Where(char.IsAsciiDigit)) + (hasCents ? "." + text[(last + 1)..] : "");
        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    public static string Plain(decimal amount) => amount.ToString("N2", CultureInfo.InvariantCulture);

    public static string In(string language, decimal amount) => language == "de"
        ? $"{amount.ToString("N2", German)} €"
        : $"€{Plain(amount)}";
}
