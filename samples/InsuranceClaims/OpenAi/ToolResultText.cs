using System.Text.Json;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.OpenAi;

/// <summary>What a model gets to read of a tool's result.</summary>
internal static class ToolResultText
{
    public static string Of(FunctionResultContent result) => result switch
    {
        { Exception: { } failure } => $"Error: {failure.Message}",
        { Result: null } => "null",
        { Result: string text } => text,
        { Result: JsonElement { ValueKind: JsonValueKind.String } json } => json.GetString()!,
        { Result: JsonElement json } => json.GetRawText(),
        { Result: var value } => JsonSerializer.Serialize(value, WireJson.Options),
    };
}
