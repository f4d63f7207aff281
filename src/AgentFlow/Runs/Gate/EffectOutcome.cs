using AgentFlow.Journaling;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace AgentFlow;

/// <summary>How a failed body becomes an entry and the exception that flow code sees.</summary>
internal static class EffectOutcome
{
    /// <summary>Journals the failure for good. A cancelled branch is no failure: it leaves no outcome.</summary>
    public static Exception Fail(FlowContext scope, Step step, StepPath path, Exception exception, int attempt = 1, EffectDetail? detail = null, Label? label = null, InputPrint? given = null)
    {
        if (exception is ScopeCancelledException || exception is OperationCanceledException && scope.IsCancelled) return exception;
        if (exception is JournalException) return VerbCode.At(scope, path, exception);
        if (exception is FlowNondeterminismException or FlowContextMisuseException) return exception;
        if (exception is PolicyDeniedException { IsRejection: true }) detail = (detail ?? new()) with { IsRejected = true };
        var (errorType, message) = (TypeOf(exception), MessageOf(exception));
        scope.Run.Append(new EffectFailedEntry(path, step.Name, errorType, message, attempt, isFinal: true) { Label = label ?? scope.Label, Detail = detail }.With(given));
        if (exception is PolicyDeniedException denied && denied.Path.Equals(path)) return denied;
        RunLog.EffectFailed(scope.Run.Runtime.Logger, scope.Run.Id, path, errorType, exception);
        return new EffectFailedException(errorType, message, path, exception);
    }

    public static EffectFailedException Recreate(EffectFailedEntry failed) => failed.ErrorType == PolicyDeniedException.Type
        ? new PolicyDeniedException(failed.Message, failed.Path) { IsRejection = failed.Detail?.IsRejected == true }
        : new EffectFailedException(failed.ErrorType, failed.Message, failed.Path);

    /// <summary>The message of a body's exception; one that throws when it is asked for its message has none.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return EntryText.Cut(exception.Message);
        }
        catch (Exception failure)
        {
            return $"(its message cannot be read: {failure.GetType().Name})";
        }
    }

    public static string TypeOf(Exception exception) => exception switch
    {
        EffectFailedException failed => failed.ErrorType,
        TimeoutRejectedException => "Timeout",
        BrokenCircuitException => "CircuitOpen",
        _ => exception.GetType().FullName!,
    };
}
