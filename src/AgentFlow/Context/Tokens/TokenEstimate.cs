using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow.Conversations;

/// <summary>
/// A count without a vocabulary, rather too high than too low. Held against OpenAI's cl100k_base and o200k_base: English and code are
/// counted 33 to 45 percent too high, base64, hashes and tables about right, digits as one token each, which some vocabularies make of
/// them; of the natural languages measured none is counted below 0.8 of the older vocabulary or 0.97 of the newer one, which writes
/// many of them in half as many tokens. With a tokenizer at hand, derive and override <see cref="CountText"/>; messages are then counted
/// with it. Thread-safe.
/// </summary>
/// <remarks>
/// Constants: <see cref="PerMessage"/> is one more than the 3 that OpenAI's cookbook gives for the frame of a message; an image counts
/// 1,600, the most that Anthropic's rule (width × height / 750, after scaling down) comes to, and more than OpenAI's tiles usually do.
/// </remarks>
public class TokenEstimate : ITokenCounter
{
    /// <summary>What wraps a message: role and separators.</summary>
    public const int PerMessage = 4;

    /// <summary>What wraps a call, a result or the declaration of a tool.</summary>
    public const int PerCall = 10;

    /// <summary>An image, whatever its size: services scale it down.</summary>
    public const int PerImage = 1_600;

    /// <summary>The estimate. Shared.</summary>
    public static TokenEstimate Default { get; } = new();

    /// <inheritdoc/>
    public virtual int CountText(ReadOnlySpan<char> text) => TextTokens.Estimate(text);

    /// <inheritdoc/>
    public virtual int CountMessage(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var tokens = PerMessage + (message.AuthorName is { } name ? 1 + CountText(name) : 0);
        foreach (var content in message.Contents) tokens = Add(tokens, CountContent(content));
        return tokens;
    }

    /// <summary>The tokens of one part of a message.</summary>
    /// <param name="content">The part.</param>
    protected virtual int CountContent(AIContent content) => content switch
    {
        null => 0,
        TextContent text => CountText(text.Text),
        TextReasoningContent reasoning => Add(CountText(reasoning.Text), CountText(reasoning.ProtectedData)),
        FunctionCallContent call => Add(PerCall + CountText(call.Name) + CountText(call.CallId), CountValue(call.Arguments)),
        FunctionResultContent result => Add(PerCall + CountText(result.CallId), CountValue(result.Result)),
        ErrorContent error => CountText(error.Message),
        DataContent data when data.HasTopLevelMediaType("image") => PerImage,
        DataContent data => Math.Max(PerImage, data.Data.Length / 4),
        UriContent or HostedFileContent => PerImage,
        _ => PerImage,
    };

    /// <summary>The tokens of what a tool was given or gave back, as the JSON it is sent as.</summary>
    private int CountValue(object? value) => value switch
    {
        null => 1,
        string text => CountText(text),
        JsonElement json => CountText(json.GetRawText()),
        AIContent content => CountContent(content),
        IEnumerable<KeyValuePair<string, object?>> members => members.Aggregate(2, (sum, member) => Add(sum, Add(4 + CountText(member.Key), CountValue(member.Value)))),
        IEnumerable items => items.Cast<object?>().Aggregate(2, (sum, item) => Add(sum, 1 + CountValue(item))),
        _ => CountText(TextOf(value)),
    };

    private static string TextOf(object value) => AIJsonUtilities.DefaultOptions.TryGetTypeInfo(value.GetType(), out var type)
        ? JsonSerializer.Serialize(value, type)
        : value.ToString() ?? "";

    private static int Add(int left, int right) => (int)Math.Min(int.MaxValue, (long)left + right);
}
