using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace DocumentIntake.Offline;

/// <summary>
/// A model made of rules, so that the sample runs without a network. It gets what any model gets, and answers from that alone: which words
/// to look for stands in its instructions, what to answer in the JSON schema, what was wrong with its last answer in the prompt. Thread-safe.
/// </summary>
internal sealed class RuleBasedReader : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var conversation = messages.ToList();
        var instructions = new Vocabulary(string.Join('\n', conversation.Where(message => message.Role == ChatRole.System).Select(message => message.Text).Prepend(options?.Instructions)));
        var prompt = conversation.First(message => message.Role == ChatRole.User).Text;
        var answer = Answer(instructions, JsonNode.Parse(prompt)!.AsObject(), JsonNode.Parse(((ChatResponseFormatJson)options!.ResponseFormat!).Schema!.Value.GetRawText())!).ToJsonString();
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer))
        {
            ModelId = "rule-based-reader",
            FinishReason = ChatFinishReason.Stop,
            Usage = new UsageDetails { InputTokenCount = prompt.Length / 4, OutputTokenCount = answer.Length / 4 },
        });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private static JsonObject Answer(Vocabulary words, JsonObject prompt, JsonNode schema)
    {
        var properties = schema["properties"]!.AsObject();
        var text = (string?)(prompt["task"] ?? prompt)["text"] ?? "";
        if (properties is { Count: 1 } && properties.Single() is var only && Names(only.Value!, schema) is { } names) return new() { [only.Key] = words.BestOf(names, text) };

        var last = prompt["last"] as JsonObject;
        var reasons = prompt["reasons"] is JsonArray given ? string.Join('\n', given.Select(reason => (string?)reason)) : "";
        var answer = new JsonObject();
        foreach (var (name, property) in properties)
        {
            var readings = Readings.Of(text, words.Of(name), property!.ToJsonString());
            answer[name] = Choose(readings, last?[name], Vocabulary.Mentions(reasons, name));
        }

        return answer;
    }

    /// <summary>The first reading; when that was refused, the next one.</summary>
    private static JsonNode? Choose(List<JsonNode> readings, JsonNode? last, bool isRefused)
    {
        var index = Math.Max(0, readings.FindIndex(reading => last is not null && reading.ToJsonString() == last.ToJsonString()));
        if (isRefused && index < readings.Count - 1) index++;
        return readings.Count == 0 ? null : readings[index].DeepClone();
    }

    private static List<string>? Names(JsonNode property, JsonNode root)
    {
        if ((string?)property["$ref"] is { } reference) property = reference.TrimStart('#', '/').Split('/').Aggregate(root, (node, part) => node[part]!);
        return (property["enum"] as JsonArray)?.Select(name => (string)name!).ToList();
    }
}
