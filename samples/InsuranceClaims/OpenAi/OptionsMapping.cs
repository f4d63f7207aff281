using System.Text.Json;
using Microsoft.Extensions.AI;
using Wire = OpenAI.Chat;

namespace InsuranceClaims.OpenAi;

/// <summary>Tools, output format and sampling on their way to the endpoint.</summary>
internal static class OptionsMapping
{
    // What the endpoint's strict mode demands of a schema.
    private static readonly AIJsonSchemaTransformOptions Strict = new()
    {
        DisallowAdditionalProperties = true,
        RequireAllProperties = true,
        ConvertBooleanSchemas = true,
        MoveDefaultKeywordToDescription = true,
    };

    public static Wire.ChatCompletionOptions ToWire(ChatOptions? options)
    {
        var wire = new Wire.ChatCompletionOptions();
        if (options is null)
            return wire;
        wire.Temperature = options.Temperature;
        wire.TopP = options.TopP;
        wire.FrequencyPenalty = options.FrequencyPenalty;
        wire.PresencePenalty = options.PresencePenalty;
        wire.MaxOutputTokenCount = options.MaxOutputTokens;
        foreach (var stop in options.StopSequences ?? [])
            wire.StopSequences.Add(stop);
        wire.ResponseFormat = Format(options.ResponseFormat);
        foreach (var tool in (options.Tools ?? []).OfType<AIFunctionDeclaration>())
            wire.Tools.Add(Wire.ChatTool.CreateFunctionTool(tool.Name, tool.Description, Parameters(tool.JsonSchema)));
        if (wire.Tools.Count > 0)
        {
            wire.AllowParallelToolCalls = options.AllowMultipleToolCalls;
            wire.ToolChoice = Choice(options.ToolMode);
        }
        return wire;
    }

    private static Wire.ChatToolChoice? Choice(ChatToolMode? mode) => mode switch
    {
        NoneChatToolMode => Wire.ChatToolChoice.CreateNoneChoice(),
        AutoChatToolMode => Wire.ChatToolChoice.CreateAutoChoice(),
        RequiredChatToolMode { RequiredFunctionName: { } name } => Wire.ChatToolChoice.CreateFunctionChoice(name),
        RequiredChatToolMode => Wire.ChatToolChoice.CreateRequiredChoice(),
        _ => null,
    };

    private static Wire.ChatResponseFormat? Format(ChatResponseFormat? format) => format switch
    {
        ChatResponseFormatJson { Schema: { } schema } json => Wire.ChatResponseFormat.CreateJsonSchemaFormat(
            json.SchemaName ?? "answer",
            Parameters(AIJsonUtilities.TransformSchema(schema, Strict)),
            json.SchemaDescription,
            jsonSchemaIsStrict: true),
        ChatResponseFormatJson => Wire.ChatResponseFormat.CreateJsonObjectFormat(),
        ChatResponseFormatText => Wire.ChatResponseFormat.CreateTextFormat(),
        _ => null,
    };

    private static BinaryData Parameters(JsonElement schema) => BinaryData.FromString(schema.GetRawText());
}
