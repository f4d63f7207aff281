using AgentFlow;
using InsuranceClaims.Offline;
using InsuranceClaims.OpenAi;
using Microsoft.Extensions.AI;

namespace InsuranceClaims;

/// <summary>The model of a run of the sample: the rule-based one, or a real endpoint when the environment has a key.</summary>
/// <param name="Description">For the first line on the screen.</param>
/// <param name="Price">Null when it is not known.</param>
internal sealed record ModelChoice(IChatClient Client, string Name, string Description, ModelPrice? Price) : IDisposable
{
    // Dollars per million tokens. The rule-based model costs nothing; it is priced like the default endpoint model, so that
    // the closing table shows what the same work would cost there.
    private static readonly Dictionary<string, ModelPrice> Prices = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gpt-4o-mini"] = new(0.15m, 0.60m),
        ["gpt-4o"] = new(2.50m, 10.00m),
        ["gpt-4.1-mini"] = new(0.40m, 1.60m),
        ["gpt-4.1"] = new(2.00m, 8.00m),
        [RuleBasedChatClient.ModelId] = new(0.15m, 0.60m),
    };

    /// <param name="thinkingTime">How long the rule-based model takes per answer, so that a person can watch.</param>
    /// <exception cref="UsageException">The environment names an endpoint that is none.</exception>
    public static ModelChoice From(Func<string, string?> variable, TimeSpan thinkingTime)
    {
        if (OpenAiSettings.FromEnvironment(variable) is not { } settings)
            return new(Logged(new RuleBasedChatClient(thinkingTime), variable), RuleBasedChatClient.ModelId, "the rule-based offline model", Prices[RuleBasedChatClient.ModelId]);
        var client = new OpenAiChatClient(settings);
        return new(Logged(client, variable), settings.Model, $"{settings.Model} at {client.Endpoint}", Prices.GetValueOrDefault(settings.Model));
    }

    private static IChatClient Logged(IChatClient client, Func<string, string?> variable) =>
        variable("CLAIMS_MODEL_LOG") is { Length: > 0 } path ? new ModelLog(client, path) : client;

    public void Dispose() => Client.Dispose();
}
