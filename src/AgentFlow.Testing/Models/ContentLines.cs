using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>One-line texts of chat contents, for failure messages and the debugger.</summary>
internal static class ContentLines
{
    private const int MaxLength = 200;
    private const int MaxItems = 10;

    internal static string Of(ChatMessage message) =>
        $"{message.Role} {string.Join(", ", message.Contents.Select(Of).DefaultIfEmpty("without content"))}";

    internal static string Of(AIContent content) => content switch
    {
        TextContent text => Quote(text.Text),
        FunctionCallContent call => $"call {OfCall(call.Name, call.Arguments)}",
        FunctionResultContent result => $"result of {result.CallId}: {Quote(OfValue(result.Result))}",
        _ => content.GetType().Name,
    };

    internal static string OfCall(string name, IEnumerable<KeyValuePair<string, object?>>? arguments) =>
        $"{name}({string.Join(", ", (arguments ?? []).Select(static a => $"{a.Key}: {Shorten(OfValue(a.Value))}"))})";

    internal static string OfValue(object? value) => value switch
    {
        null => "null",
        JsonElement { ValueKind: not JsonValueKind.String } element => element.GetRawText(),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>A value in one line of limited length; the items of a collection, not its type.</summary>
    internal static string OfValueInLine(object? value) => value switch
    {
        string text => Quote(text),
        JsonElement or not IEnumerable => Shorten(OfValue(value).ReplaceLineEndings(" ")),
        IEnumerable items => Shorten($"[{string.Join(", ", items.Cast<object?>().Take(MaxItems + 1).Select(static (item, i) => i < MaxItems ? OfValueInLine(item) : "…"))}]"),
    };

    internal static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Shorten(text))}\"";

    private static string Shorten(string text) =>
        text.Length <= MaxLength ? text : $"{text[..MaxLength]}… ({text.Length} characters)";
}
