using System.Text.RegularExpressions;
using InsuranceClaims.OpenAi;
using Microsoft.Extensions.AI;

namespace SupportDesk.Offline;

/// <summary>A conversation as the rules look at it.</summary>
/// <param name="Words">What was said last to the agent.</param>
/// <param name="Before">What users said before, the latest first.</param>
/// <param name="Results">What tools have answered since, by tool.</param>
internal sealed partial record Talk(string Words, IReadOnlyList<string> Before, IReadOnlyDictionary<string, string> Results, string LastAnswer, IReadOnlySet<string> Tools, int Length)
{
    public static Talk Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var users = new List<string>();
        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        var calls = new Dictionary<string, string>(StringComparer.Ordinal);
        var (answer, length) = ("", 0);
        foreach (var message in messages)
        {
            length += message.Text.Length;

            // How the conversation came to this agent is said in JSON; people do not speak that.
            if (message.Role == ChatRole.User && !message.Text.StartsWith('{'))
            {
                users.Insert(0, message.Text);
                results.Clear();
            }

            if (message.Role == ChatRole.Assistant && message.Text.Length > 0) answer = message.Text;
            foreach (var call in message.Contents.OfType<FunctionCallContent>()) calls[call.CallId] = call.Name;
            foreach (var result in message.Contents.OfType<FunctionResultContent>()) results[calls.GetValueOrDefault(result.CallId, "")] = ToolResultText.Of(result);
        }

        return new(users.FirstOrDefault(""), [.. users.Skip(1)], results, answer, (options?.Tools ?? []).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal), length);
    }

    public bool IsBilling => Billing().IsMatch(Words);

    public bool IsTechnical => Technical().IsMatch(Words);

    public bool IsForAPerson => Person().IsMatch(Words);

    public bool IsThanks => Thanks().IsMatch(Words);

    /// <summary>What a colleague has said, whom the agent had asked.</summary>
    public string? Colleague => Words.StartsWith(Ui.Terminal.ColleagueSays, StringComparison.Ordinal) ? Words[Ui.Terminal.ColleagueSays.Length..] : null;

    public bool May(string tool) => Tools.Contains(tool);

    public string? Result(string tool) => Results.GetValueOrDefault(tool);

    public static AIContent Call(string tool, params (string Name, object? Value)[] arguments) =>
        new FunctionCallContent($"call-{tool}", tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value, StringComparer.Ordinal));

    public static AIContent HandOff(string to, string reason) => Call("hand_off_to_" + to, ("reason", reason));

    public static AIContent Say(string text) => new TextContent(text);

    [GeneratedRegex(@"\b(?:invoice|bill|billed|charged?|refund|money|paid|pay|R-\d+)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Billing();

    [GeneratedRegex(@"\b(?:error|down|slow|password|log ?in|offline|internet|mail|portal|router (?:is|does)|connection|outage)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Technical();

    [GeneratedRegex(@"\b(?:human|person|somebody real|manager|your boss)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Person();

    [GeneratedRegex(@"\b(?:thanks|thank you|great|perfect)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Thanks();
}
