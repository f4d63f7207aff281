using System.Globalization;

namespace InsuranceClaims;

/// <summary>Amounts as people write them: 1,234.50 in English, 1.234,50 in German.</summary>
internal static class Money
{
    private static readonly NumberFormatInfo German = new() { NumberGroupSeparator = ".", NumberDecimalSeparator = "," };

    public static string Plain(decimal amount) => amount.ToString("N2", CultureInfo.InvariantCulture);

    public static string In(string language, decimal amount) => language == "de"
        ? $"{amount.ToString("N2", German)} €"
        : $"€{Plain(amount)}";
}
