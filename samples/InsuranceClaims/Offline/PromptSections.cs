using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Finds the named sections of a prompt. Only outermost ones count: a tag inside a section belongs to its text.</summary>
internal static partial class PromptSections
{
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var sections = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Section().Matches(text))
            sections[match.Groups["name"].Value] = match.Groups["body"].Value.Trim();
        return sections;
    }

    [GeneratedRegex(@"<(?<name>claim|facts|assessment|coverage|damage|fraud|brief|draft|letter|remarks)>(?<body>.*?)</\k<name>>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Section();
}
