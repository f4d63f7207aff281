using Polly;

namespace AgentFlow;

/// <summary>Polly pipelines around the attempts of an effect.</summary>
internal static class Resilience
{
    /// <summary>Failures that another attempt could mend. A refusal, a cancellation or a broken contract stays what it is.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="cancellationToken">The token of whoever would wait for the other attempt. A body that was cancelled for a reason of its own may be repeated.</param>
    public static bool MayRepeat(Exception? exception, CancellationToken cancellationToken) => exception switch
    {
        null => false,
        ScopeCancelledException or EffectReplacedException or PolicyDeniedException or Approvals.ApprovalRejectedException or UnknownModelException or ModelChoiceException or StepConstructionException => false,
        EffectFailedException { ErrorType: EffectCallErrors.TooLarge } => false,
        _ when IsBrokenContract(exception) => false,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => true,
    };

    /// <summary>Failures that are no outcome of the work: nothing in a flow may handle them.</summary>
    public static bool IsBrokenContract(Exception exception) =>
        exception is FlowNondeterminismException or FlowContextMisuseException or FlowDefinitionException or FlowDepthException or ContinueAsNewException or Journaling.JournalException;

    public static ResiliencePipeline<T> Build<T>(IReadOnlyList<Action<ResiliencePipelineBuilder<T>>> strategies, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<T> { TimeProvider = time };
        foreach (var strategy in strategies) strategy(builder);
        return builder.Build();
    }
}
