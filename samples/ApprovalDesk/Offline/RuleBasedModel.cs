using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace ApprovalDesk;

/// <summary>
/// A model made of rules, so that the sample runs without a network. It gets what any model gets and answers from that alone. Put
/// your own <see cref="IChatClient"/> in its place in Program.cs.
/// </summary>
internal sealed partial class RuleBasedModel : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var conversation = messages.ToList();
        var prompt = conversation.First(message => message.Role == ChatRole.User).Text;
        AIContent content = options?.Tools is { Count: > 0 } ? Judge(prompt, ResultIn(conversation)) : new TextContent(Confirm(prompt));
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [content]))
        {
            ModelId = "rule-based-desk",
            Usage = new UsageDetails { InputTokenCount = prompt.Length / 4, OutputTokenCount = 20 },
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

    private static AIContent Judge(string prompt, string? earlier)
    {
        if (earlier is null)
        {
            var order = JsonSerializer.Deserialize<Order>(Section(prompt, "order"), JsonSerializerOptions.Web)!;
            return new FunctionCallContent("call-1", "earlier_refunds", new Dictionary<string, object?> { ["customer"] = order.Customer });
        }

        var refunds = int.Parse(earlier, CultureInfo.InvariantCulture);
        var days = int.Parse(Days().Match(prompt).Groups[1].Value, CultureInfo.InvariantCulture);
        var isFaulty = Faulty().IsMatch(Section(prompt, "customer"));
        var opinion = refunds >= 2 ? new Opinion(false, $"The customer has had {refunds} refunds.")
            : days <= 30 ? new Opinion(true, "Bought within 30 days.")
            : isFaulty && days <= 730 ? new Opinion(true, "Faulty within two years.")
            : new Opinion(false, isFaulty ? "Bought more than two years ago." : "Bought more than 30 days ago, and nothing is said to be faulty.");
        return new TextContent(JsonSerializer.Serialize(opinion, JsonSerializerOptions.Web));
    }

    private static string Confirm(string prompt) =>
        $"We have paid {Section(prompt, "amount")} back to you for the {Section(prompt, "product")} (receipt {Section(prompt, "receipt")}).";

    private static string? ResultIn(IEnumerable<ChatMessage> conversation) =>
        conversation.SelectMany(message => message.Contents).OfType<FunctionResultContent>().LastOrDefault()?.Result?.ToString();

    private static string Section(string prompt, string name) => Regex.Match(prompt, $"<{name}>(.*?)</{name}>", RegexOptions.Singleline).Groups[1].Value;

    [GeneratedRegex(@"is (-?\d+) days old")]
    private static partial Regex Days();

    [GeneratedRegex(@"broken|broke\b|faulty|damaged|leak|defect|does not work|stopped working|wrong (?:product|item|size)", RegexOptions.IgnoreCase)]
    private static partial Regex Faulty();
}
