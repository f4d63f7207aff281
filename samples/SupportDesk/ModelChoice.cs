using InsuranceClaims.OpenAi;
using Microsoft.Extensions.AI;
using SupportDesk.Offline;

namespace SupportDesk;

/// <summary>The rule-based model, or a real endpoint when the environment has a key.</summary>
internal static class ModelChoice
{
    public static (IChatClient Model, string Description) From(Func<string, string?> variable) => OpenAiSettings.FromEnvironment(variable) is { } settings
        ? (new OpenAiChatClient(settings), $"{settings.Model} at {settings.Endpoint ?? OpenAiSettings.DefaultEndpoint}")
        : (new RuleBasedAgent(), "the rule-based offline model");
}
