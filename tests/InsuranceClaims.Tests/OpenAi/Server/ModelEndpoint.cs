using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests.OpenAi.Server;

/// <summary>A model behind the wire: everything it knows of a request, it read from the protocol.</summary>
internal static class ModelEndpoint
{
    private const int PieceLength = 17;

    /// <param name="model">Answers; thread-safe.</param>
    /// <param name="busy">Asked at each request: whether it is turned away with a request to wait.</param>
    public static ChatCompletionsServer Start(IChatClient model, Func<bool>? busy = null) => new(request =>
        busy?.Invoke() == true ? Task.FromResult(WireAnswer.Error(429, "busy", "retry-after-ms: 1")) : AnswerAsync(model, request));

    private static async Task<WireAnswer> AnswerAsync(IChatClient model, JsonElement request)
    {
        var response = await model.GetResponseAsync(Messages(request), Options(request));
        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>()
            .Select(call => (call.CallId, call.Name, Arguments: JsonSerializer.Serialize(call.Arguments, AIJsonUtilities.DefaultOptions))).ToList();
        var finish = calls.Count > 0 ? "tool_calls" : "stop";
        var (input, output) = (response.Usage!.InputTokenCount!.Value, response.Usage.OutputTokenCount!.Value);
        if (request.TryGetProperty("stream", out var stream) && stream.GetBoolean())
            return Wire.Stream([.. Text(response.Text), .. Calls(calls), Wire.End(finish), Wire.UsageEvent(input, output)]);
        var message = new JsonObject { ["role"] = "assistant", ["content"] = response.Text };
        if (calls.Count > 0)
            message["tool_calls"] = new JsonArray([.. calls.Select(call => Wire.ToolCall(call.CallId, call.Name, call.Arguments))]);
        return Wire.Completion(message, finish, input, output);
    }

    private static IEnumerable<string> Text(string text) => text.Chunk(PieceLength).Select(piece => Wire.Delta(new string(piece)));

    private static IEnumerable<string> Calls(List<(string Id, string Name, string Arguments)> calls)
    {
        for (var index = 0; index < calls.Count; index++)
        {
            yield return Wire.CallDelta(index, calls[index].Id, calls[index].Name, "");
            foreach (var piece in calls[index].Arguments.Chunk(PieceLength))
                yield return Wire.CallDelta(index, null, null, new string(piece));
        }
    }

    private static IEnumerable<ChatMessage> Messages(JsonElement request)
    {
        foreach (var message in request.GetProperty("messages").EnumerateArray())
        {
            var content = message.TryGetProperty("content", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
            yield return message.GetProperty("role").GetString() switch
            {
                "system" => new ChatMessage(ChatRole.System, content),
                "tool" => new ChatMessage(ChatRole.Tool, [new FunctionResultContent(message.GetProperty("tool_call_id").GetString()!, content)]),
                "assistant" when message.TryGetProperty("tool_calls", out var calls) => new ChatMessage(ChatRole.Assistant, [.. calls.EnumerateArray().Select(Call)]),
                "assistant" => new ChatMessage(ChatRole.Assistant, content),
                _ => new ChatMessage(ChatRole.User, content),
            };
        }
    }

    private static FunctionCallContent Call(JsonElement call)
    {
        var function = call.GetProperty("function");
        var arguments = JsonSerializer.Deserialize<Dictionary<string, object?>>(function.GetProperty("arguments").GetString()!, AIJsonUtilities.DefaultOptions);
        return new(call.GetProperty("id").GetString()!, function.GetProperty("name").GetString()!, arguments);
    }

    private static ChatOptions Options(JsonElement request)
    {
        var options = new ChatOptions { ModelId = request.GetProperty("model").GetString() };
        if (request.TryGetProperty("tools", out var tools))
            options.Tools = [.. tools.EnumerateArray().Select(tool => tool.GetProperty("function")).Select(function => (AITool)AIFunctionFactory.CreateDeclaration(
                function.GetProperty("name").GetString()!, function.GetProperty("description").GetString(), function.GetProperty("parameters")))];
        if (request.TryGetProperty("response_format", out var format) && format.TryGetProperty("json_schema", out var schema))
            options.ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.GetProperty("schema"));
        return options;
    }
}
