namespace AgentFlow;

/// <summary>How the failure of a participant looks to whoever decides what follows from it.</summary>
internal static class Participant
{
    /// <summary>Whether an exception is an outcome of the work: no cancellation and no broken contract.</summary>
    public static bool HasFailed(Exception exception) => exception is not OperationCanceledException && !Resilience.IsBrokenContract(exception);

    public static Outcome<T> Failure<T>(Exception exception, StepPath path) =>
        Outcome<T>.Failure(EffectOutcome.TypeOf(exception), EffectOutcome.MessageOf(exception), (exception as EffectFailedException)?.Path ?? path);
}
