using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The span of an agent's invocation.</summary>
internal static class AgentSpan
{
    public static ScopeSpan Create(FlowContext context, string description, ModelSource model, int? version)
    {
        var runtime = context.Run.Runtime;
        return new(context.Span, SpanTags.InvokeAgent, context.Owner, span =>
        {
            span.SetTag(SpanTags.Agent, context.Owner);
            if (description.Length > 0) span.SetTag(SpanTags.AgentDescription, description);
            if (version is { } number) span.SetTag(SpanTags.AgentVersion, number);
            span.SetTag(SpanTags.RequestModel, (model.TryResolve(runtime)?.Client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId ?? model.Name);
            span.SetTag(SpanTags.Path, context.Path.ToString());
        });
    }
}
