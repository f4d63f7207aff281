using System.Text.Json;
using System.Text.Json.Nodes;

namespace InsuranceClaims.Tests.OpenAi.Server;

/// <summary>Answers in the shape of the chat completions protocol.</summary>
internal static class Wire
{
    public static WireAnswer Text(string text, string finish = "stop") => Completion(new JsonObject { ["role"] = "assistant", ["content"] = text }, finish);

    public static WireAnswer Call(string id, string name, string arguments) => Completion(
        new JsonObject { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(ToolCall(id, name, arguments)) },
        "tool_calls");

    public static JsonObject ToolCall(string id, string name, string arguments) => new()
    {
        ["id"] = id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
    };

    public static WireAnswer Completion(JsonObject message, string finish, long input = 11, long output = 7) => new(200, new JsonObject
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion",
        ["created"] = 1_770_000_000,
        ["model"] = "test-model-2026",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = finish }),
        ["usage"] = Usage(input, output),
    }.ToJsonString());

    public static WireAnswer Stream(params string[] events) => new(200, Events: [.. events, "[DONE]"]);

    /// <summary>One streamed event with a delta.</summary>
    public static string Delta(JsonObject delta, string? finish = null) => Event(
        new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }), null);

    public static string Delta(string text) => Delta(new JsonObject { ["content"] = text });

    public static string End(string finish) => Delta(new JsonObject(), finish);

    public static string CallDelta(int index, string? id, string? name, string arguments)
    {
        var function = new JsonObject { ["arguments"] = arguments };
        if (name is not null)
            function["name"] = name;
        var call = new JsonObject { ["index"] = index, ["function"] = function };
        if (id is not null)
        {
            call["id"] = id;
            call["type"] = "function";
        }
        return Delta(new JsonObject { ["tool_calls"] = new JsonArray(call) });
    }

    public static string UsageEvent(long input, long output) => Event([], Usage(input, output));

    private static string Event(JsonArray choices, JsonObject? usage) => new JsonObject
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1_770_000_000,
        ["model"] = "test-model-2026",
        ["choices"] = choices,
        ["usage"] = usage,
    }.ToJsonString();

    private static JsonObject Usage(long input, long output) =>
        new() { ["prompt_tokens"] = input, ["completion_tokens"] = output, ["total_tokens"] = input + output };
}
