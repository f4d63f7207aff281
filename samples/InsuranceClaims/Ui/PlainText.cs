using Spectre.Console;

namespace InsuranceClaims;

/// <summary>Text from outside on its way to a terminal: it must neither move the cursor nor be taken for markup.</summary>
internal static class PlainText
{
    public static string Of(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(source[i]) ? ' ' : source[i];
    });

    public static Text Cell(string text, Style? style = null) => new(Of(text), style);
}
