using AgentFlow;
using InsuranceClaims.OpenAi;
using Microsoft.Extensions.AI;
using ResearchDesk.Offline;

namespace ResearchDesk;

/// <summary>The model of the desk: the rule-based one, or a real endpoint when the environment has a key.</summary>
/// <param name="Description">For the first line on the screen.</param>
/// <param name="Price">Null when it is not known. The rule-based model costs nothing, and is priced like the default endpoint model.</param>
internal sealed record ModelSetup(IChatClient Client, string Description, ModelPrice? Price) : IDisposable
{
    private static readonly ModelPrice DefaultPrice = new(0.15m, 0.60m);

    /// <exception cref="InsuranceClaims.UsageException">The environment names an endpoint that is none.</exception>
    public static ModelSetup From(Func<string, string?> variable, TimeSpan thinkingTime)
    {
        if (OpenAiSettings.FromEnvironment(variable) is not { } settings)
            return new(new RuleBasedChatClient(thinkingTime), "the rule-based offline model", DefaultPrice);
        var client = new OpenAiChatClient(settings);
        return new(client, $"{settings.Model} at {client.Endpoint}", settings.Model == OpenAiSettings.DefaultModel ? DefaultPrice : null);
    }

    public void Dispose() => Client.Dispose();
}
