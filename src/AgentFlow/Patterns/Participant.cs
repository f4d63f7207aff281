namespace AgentFlow;

/// <summary>How the failure of a participant looks to whoever decides what follows from it.</summary>
internal static class Participant
{
    /// <summary>Whether an exception is an outcome of the work: no cancellation and no broken contract.</summary>
    public static bool HasFailed(Exception exception) => exception is not OperationCanceledException && !Resilience.IsBrokenContract(exception);

    /// <summary>Whether somebody else may do it instead. What only the host can mend or find out ends the flow: an uncertain payment is not made by another one.</summary>
    public static bool MayBeReplaced(Exception exception) => HasFailed(exception) && ToolErrors.IsForModel(exception, CancellationToken.None) && exception is not InvalidOptionException and not EffectFailedException { ErrorType: "AgentFlow.InvalidOptionException" };

    public static Outcome<T> Failure<T>(Exception exception, StepPath path) =>
        Outcome<T>.Failure(EffectOutcome.TypeOf(exception), EffectOutcome.MessageOf(exception), (exception as EffectFailedException)?.Path ?? path);
}
