using System.Globalization;
using System.Text.Json;
using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Takes the middle out of texts that are too long for any window, and says so in its place.</summary>
internal static class TextCutting
{
    /// <summary>What a part keeps at the least, beside the note that something was left out.</summary>
    private const int Least = 16;

    /// <summary>What could be shortened, as text; "" for what can only go as a whole; null for what cannot.</summary>
    public static string? TextOf(AIContent content) => content switch
    {
        TextContent text => text.Text,
        FunctionResultContent { Result: string text } => text,
        FunctionResultContent { Result: JsonElement json } => json.GetRawText(),
        FunctionResultContent => "",
        DataContent or UriContent or HostedFileContent => "",
        _ => null,
    };

    /// <summary>How much of a text stays so that it has at most so many tokens, its note included.</summary>
    public static TextCut Fit(string text, int tokens, ITokenCounter counter, int message, int content)
    {
        var (low, high) = (0, text.Length);
        while (low < high)
        {
            var kept = (low + high + 1) / 2;
            if (counter.CountText(Apply(text, Split(text, kept, message, content))) <= tokens) low = kept;
            else high = kept - 1;
        }

        return Split(text, low, message, content);
    }

    public static ChatMessage Apply(ChatMessage message, IEnumerable<TextCut> cuts)
    {
        var contents = message.Contents.ToList();
        foreach (var cut in cuts)
        {
            var content = contents[cut.Content];
            var text = Apply(TextOf(content) ?? "", cut);
            contents[cut.Content] = content is FunctionResultContent result ? new FunctionResultContent(result.CallId, text) : new TextContent(text);
        }

        var copy = message.Clone();
        copy.Contents = contents;
        return copy;
    }

    public static int LeastTokens(string text, ITokenCounter counter) =>
        Math.Min(counter.CountText(text) is 0 ? int.MaxValue : counter.CountText(text), counter.CountText(Note(text.Length)) + Least);

    private static string Apply(string text, TextCut cut) =>
        text.Length == 0 ? "[left out to fit the window]" : $"{text.AsSpan(0, cut.Head)}{Note(text.Length - cut.Head - cut.Tail)}{text.AsSpan(text.Length - cut.Tail)}";

    private static string Note(int characters) => string.Create(CultureInfo.InvariantCulture, $"\n[{characters} characters left out to fit the window]\n");

    /// <summary>Two thirds of what stays is the beginning. A pair of surrogates is not torn apart.</summary>
    private static TextCut Split(string text, int kept, int message, int content)
    {
        var tail = kept / 3;
        var head = kept - tail;
        if (head > 0 && head < text.Length && char.IsHighSurrogate(text[head - 1])) head--;
        if (tail > 0 && tail < text.Length && char.IsLowSurrogate(text[text.Length - tail])) tail--;
        return new(message, content, head, tail);
    }
}
