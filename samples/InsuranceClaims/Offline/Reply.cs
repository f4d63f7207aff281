using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

/// <summary>What a role wants to say: tool calls, an object, or text.</summary>
internal sealed record Reply
{
    public IReadOnlyList<(AIFunctionDeclaration Tool, Dictionary<string, object?> Arguments)> Calls { get; private init; } = [];

    public JsonObject? Data { get; private init; }

    public string? Text { get; private init; }

    public static Reply Call(AIFunctionDeclaration tool, Dictionary<string, object?> arguments) => new() { Calls = [(tool, arguments)] };

    public static Reply Say(string text) => new() { Text = text };

    public static Reply Json(JsonObject data) => new() { Data = data };

    public static Reply Json<T>(T value) => new()
    {
        Data = System.Text.Json.JsonSerializer.SerializeToNode(value, ClaimsJson.Options.GetTypeInfo(typeof(T)))!.AsObject(),
    };
}
