using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Finds the policy number, however it is spaced; one that stands behind a label wins.</summary>
internal static partial class PolicyNumberReader
{
    public static (string? Number, string? Contradiction) Read(PostText post)
    {
        var numbers = new List<(string Number, bool Labelled)>();
        foreach (var (line, _) in post.Lines)
            foreach (Match match in OfOurs().Matches(line))
            {
                var number = $"{match.Groups[1].Value}-{match.Groups[2].Value}-{match.Groups[3].Value}".ToUpperInvariant();
                numbers.Add((number, Label().IsMatch(line[..match.Index])));
            }
        if (numbers.Count == 0)
            return (post.Lines.Select(line => Foreign().Match(line.Text)).FirstOrDefault(match => match.Success)?.Groups["no"].Value.ToUpperInvariant(), null);
        var chosen = numbers.OrderByDescending(entry => entry.Labelled).First().Number;
        var others = numbers.Where(entry => entry.Labelled && entry.Number != chosen).Select(entry => entry.Number).Distinct().ToList();
        return (chosen, others.Count == 0 ? null : $"two policy numbers: {chosen} and {string.Join(", ", others)}");
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9])([A-Za-z]{2})\s?[-./]?\s?(\d{5})\s?[-./]?\s?(\d{2})(?![\w-]*\d)")]
    private static partial Regex OfOurs();

    [GeneratedRegex(@"polic|insurance|contract|versicherung|vertrag|\bVS\b|\bVN\b|\bpol\b|schein", RegexOptions.IgnoreCase)]
    private static partial Regex Label();

    [GeneratedRegex(@"\b(?:polic[ye]\w*|contract|versicherungs\w*|vertrags?\w*|VS)[\s.-]*(?:no|number|nr|nummer|schein)?[\s.:#*|-]{1,6}(?<no>(?=[\w/-]*\d{4})[A-Z0-9][\w/-]{5,18})", RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();
}
