using System.Diagnostics;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The span of a model call, all its attempts together.</summary>
internal static class ChatSpan
{
    public static Activity? Start(ModelRequest request, FlowContext scope, StepPath path)
    {
        var client = request.Call.TryCurrent()?.Client;
        if (client?.GetService(typeof(ActivitySource)) is not null) return null;
        var metadata = client?.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
        var options = request.Options;
        var model = options.ModelId ?? metadata?.DefaultModelId ?? request.Model;
        var tags = new TagList { { SpanTags.Operation, SpanTags.Chat }, { SpanTags.Provider, metadata?.ProviderName ?? "unknown" } };
        if (model is not null) tags.Add(SpanTags.RequestModel, model);
        if (metadata?.ProviderUri is { } server)
        {
            tags.Add(SpanTags.ServerAddress, server.Host);
            tags.Add(SpanTags.ServerPort, server.Port);
        }

        var name = model is null ? SpanTags.Chat : $"{SpanTags.Chat} {model}";
        var span = AgentFlowTelemetry.Source.StartActivity(name, ActivityKind.Client, scope.Span?.Start() ?? default, tags);
        if (span is not { IsAllDataRequested: true }) return span;
        span.SetTag(SpanTags.OutputType, options.ResponseFormat is ChatResponseFormatJson ? "json" : "text");
        span.SetTag(SpanTags.RequestMaxTokens, options.MaxOutputTokens);
        span.SetTag(SpanTags.RequestTemperature, options.Temperature);
        span.SetTag(SpanTags.RequestTopP, options.TopP);
        span.SetTag(SpanTags.RequestSeed, options.Seed);
        if (scope.Run.Events.IsEnabled) span.SetTag(SpanTags.RequestStream, true);
        span.SetTag(SpanTags.Path, path.ToString());
        return span;
    }

    public static void End(Activity span, ChatResponse response)
    {
        if (!span.IsAllDataRequested) return;
        span.SetTag(SpanTags.ResponseId, response.ResponseId);
        span.SetTag(SpanTags.ResponseModel, response.ModelId);
        if (response.FinishReason is { } reason) span.SetTag(SpanTags.FinishReasons, new[] { reason.Value });
        Count(span, response.Usage);
    }

    public static void Count(Activity span, UsageDetails? usage)
    {
        span.SetTag(SpanTags.InputTokens, usage?.InputTokenCount);
        span.SetTag(SpanTags.OutputTokens, usage?.OutputTokenCount);
        span.SetTag(SpanTags.CachedInputTokens, usage?.CachedInputTokenCount);
        span.SetTag(SpanTags.ReasoningTokens, usage?.ReasoningTokenCount);
    }
}
