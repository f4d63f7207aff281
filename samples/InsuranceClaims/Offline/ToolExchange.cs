using InsuranceClaims.OpenAi;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

/// <summary>A tool call and what came back, as text: a model sees nothing else.</summary>
/// <param name="Name">Null when the result answers a call that is not in the conversation.</param>
internal sealed record ToolExchange(string? Name, IDictionary<string, object?> Arguments, string Text)
{
    public static ToolExchange Of(FunctionCallContent? call, FunctionResultContent result) =>
        new(call?.Name, call?.Arguments ?? new Dictionary<string, object?>(), ToolResultText.Of(result));

    /// <summary>The result as data; null when the tool answered with something else, an error for one.</summary>
    public T? As<T>() where T : class => ClaimsJson.TryRead<T>(Text);
}
