using System.Globalization;
using System.Text;

namespace AgentFlow;

/// <summary>Text inside of a quoted Mermaid label: whatever it says, it stays text.</summary>
internal static class MermaidText
{
    public static string Of(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsPlain(text, i)) escaped.Append(text[i]);
            else escaped.Append(CultureInfo.InvariantCulture, $"#{(int)text[i]};");
        }

        return escaped.ToString();
    }

    private static bool IsPlain(string text, int index) => text[index] switch
    {
        '"' or '#' or '&' or '<' or '>' or '|' or '`' or '\\' or ';' => false,
        // At its start, "1. " and "- " would make a list of the label, and some drawings refuse lists.
        '.' => index == 0 || !IsNumber(text.AsSpan(0, index)),
        '-' or '+' or '*' => index > 0,
        var character => !char.IsControl(character),
    };

    private static bool IsNumber(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
