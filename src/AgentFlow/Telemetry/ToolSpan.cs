using System.Diagnostics;

namespace AgentFlow;

/// <summary>The span of a tool call, all its attempts together.</summary>
internal static class ToolSpan
{
    public static Activity? Start(ToolPlan tool, ToolCall call, FlowContext scope, StepPath path)
    {
        var span = AgentFlowTelemetry.Source.StartActivity(
            $"{SpanTags.ExecuteTool} {tool.Name}",
            ActivityKind.Internal,
            scope.Span?.Start() ?? default,
            [new(SpanTags.Operation, SpanTags.ExecuteTool), new(SpanTags.Tool, tool.Name), new(SpanTags.ToolType, "function"), new(SpanTags.Agent, call.Agent)]);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag(SpanTags.ToolCallId, call.CallId);
        if (tool.Description.Length > 0) span.SetTag(SpanTags.ToolDescription, tool.Description);
        span.SetTag(SpanTags.Path, path.ToString());
        return span;
    }
}
