using InsuranceClaims.Offline;

namespace InsuranceClaims.Tests.OpenAi.Server;

/// <summary>The rule-based model behind the wire.</summary>
internal static class RuleBasedEndpoint
{
    /// <inheritdoc cref="ModelEndpoint.Start"/>
    public static ChatCompletionsServer Start(Func<bool>? busy = null) => ModelEndpoint.Start(new RuleBasedChatClient(), busy);
}
