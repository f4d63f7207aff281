using System.Globalization;
using System.Text.RegularExpressions;
using AgentFlow;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>Reads a text sentence by sentence: those that state a figure, those that want something or complain.</summary>
internal static partial class TextRole
{
    private const int LongestRemark = 300;

    public static IEnumerable<AIContent> Answer(Conversation conversation)
    {
        var file = File().Match(conversation.Input<PlannedTask<ResearchOrder, Findings>>().Task).Groups[1].Value;
        if (conversation.Results.Count == 0)
        {
            yield return Conversation.Call("read_text", 1, ("file", file));
            yield break;
        }

        string[] sentences = [.. Sentence().Split(conversation.Results[^1].Result.Replace("\n", " ", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal)).Select(sentence => Blanks().Replace(sentence, " ").Trim(' ', '-', '#', '*'))];
        yield return Conversation.Say(new Findings(
            [.. sentences.SelectMany(sentence => Stated().Matches(sentence)).Select(stated => Figure(stated, file))],
            [.. sentences.Where(sentence => sentence.Length is > 12 and < LongestRemark && Wish().IsMatch(sentence)).Select(sentence => new Remark(sentence, file))]));
    }

    private static Figure Figure(Match stated, string file) => new(
        $"{stated.Groups["what"].Value} of {stated.Groups["of"].Value.Replace('-', ' ')}".ToLowerInvariant(),
        decimal.Parse(stated.Groups["value"].Value, NumberStyles.Number, CultureInfo.InvariantCulture),
        stated.Groups["unit"].Value.ToUpperInvariant(), file, Rows: 0);

    [GeneratedRegex(@"text (.+)\.$")]
    private static partial Regex File();

    [GeneratedRegex(@"(?<=[.!?])\s+|\s{2,}(?=[-#*])|\s(?=[-#*] )")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\b(?<what>[a-z]+) (?:of|from|for|on) (?<of>[\w-]+(?: [\w-]+)?) (?:was|were|is|came to|amounted to|reached) (?<value>\d[\d,]*(?:\.\d+)?)(?: (?<unit>EUR|USD|GBP|CHF)\b)?", RegexOptions.IgnoreCase)]
    private static partial Regex Stated();

    [GeneratedRegex(@"\b(must|should|never|complain\w*|late|too (?:slow|expensive|dark|weak)|not clear|unclear|confus\w+|refuse\w*|disappoint\w*|love\w*|guarantee\w*|recommend\w*)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Wish();
}
