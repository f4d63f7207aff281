using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What a request takes of the window beside its messages.</summary>
internal static class RequestTokens
{
    /// <summary>What makes the model begin its answer.</summary>
    private const int Priming = 3;

    public static int Of(IReadOnlyList<AITool> tools, ChatResponseFormat? format, ITokenCounter counter)
    {
        long tokens = Priming;
        foreach (var tool in tools)
        {
            tokens += TokenEstimate.PerCall + counter.CountText(tool.Name) + counter.CountText(tool.Description);
            if (tool is AIFunctionDeclaration function) tokens += counter.CountText(function.JsonSchema.GetRawText());
        }

        if (format is ChatResponseFormatJson { Schema: { } schema }) tokens += TokenEstimate.PerCall + counter.CountText(schema.GetRawText());
        return (int)Math.Min(int.MaxValue, tokens);
    }
}
