using Polly;

namespace AgentFlow;

/// <summary>Polly pipelines around the attempts of an effect.</summary>
internal static class Resilience
{
    /// <summary>Failures that another attempt could mend. A refusal, a cancellation or a broken contract stays what it is.</summary>
    public static bool MayRepeat(Exception? exception) => exception switch
    {
        null => false,
        PolicyDeniedException or Approvals.ApprovalRejectedException => false,
        FlowNondeterminismException or FlowContextMisuseException or FlowDefinitionException or UnknownModelException or Journaling.JournalException => false,
        OperationCanceledException { CancellationToken.IsCancellationRequested: true } => false,
        _ => true,
    };

    public static ResiliencePipeline<T> Build<T>(IReadOnlyList<Action<ResiliencePipelineBuilder<T>>> strategies, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<T> { TimeProvider = time };
        foreach (var strategy in strategies) strategy(builder);
        return builder.Build();
    }
}
