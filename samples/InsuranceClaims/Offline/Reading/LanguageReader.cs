using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Which language the sender writes. In a mail that quotes others, the quoted sender of a forward counts.</summary>
internal static partial class LanguageReader
{
    public static string Read(PostText post)
    {
        var deepest = post.Lines.Max(line => (int?)line.Depth) ?? 0;
        var text = string.Join('\n', post.Lines.Where(line => !post.IsForwarded || deepest == 0 || line.Depth > 0).Select(line => line.Text));
        return German().Count(text) > English().Count(text) ? "de" : "en";
    }

    [GeneratedRegex(@"\b(?:der|die|das|und|ist|nicht|ich|wir|mir|uns|ein|eine|einen|dem|den|des|mit|auf|für|von|zu|im|am|habe|hat|wurde|war|bitte|auch|aber|sich|Ihnen|Sie|Ihr|Ihre)\b")]
    private static partial Regex German();

    [GeneratedRegex(@"\b(?:the|and|is|not|I|we|my|our|a|an|of|to|for|with|on|in|at|was|were|have|had|has|please|it|that|this|you|your|from|but|they|he|she)\b")]
    private static partial Regex English();
}
