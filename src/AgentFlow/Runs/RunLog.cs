using Microsoft.Extensions.Logging;

namespace AgentFlow;

/// <summary>Every log message of the runtime. Values of flows are never logged.</summary>
internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Debug, "Run {RunId} of flow '{Flow}' started")]
    public static partial void RunStarted(ILogger logger, RunId runId, string flow);

    [LoggerMessage(2, LogLevel.Debug, "Run {RunId} ended as {Status}: {Reason}")]
    public static partial void RunEnded(ILogger logger, RunId runId, RunStatus status, string? reason);

    [LoggerMessage(3, LogLevel.Warning, "Effect '{Path}' of run {RunId} failed with {ErrorType}")]
    public static partial void EffectFailed(ILogger logger, RunId runId, StepPath path, string errorType, Exception exception);

    [LoggerMessage(61, LogLevel.Warning, "The model cache failed for entry {Key}; the model is called")]
    public static partial void CacheFailed(ILogger logger, string key, Exception exception);

    [LoggerMessage(62, LogLevel.Warning, "Entry {Key} of the model cache cannot be read; the model is called")]
    public static partial void CacheEntryUnreadable(ILogger logger, string key, Exception exception);

    [LoggerMessage(60, LogLevel.Warning, "The model of '{Path}' of run {RunId} failed with {ErrorType}; the next one stands in")]
    public static partial void FallsBack(ILogger logger, RunId runId, StepPath path, string errorType);

    [LoggerMessage(4, LogLevel.Error, "Policy '{Policy}' threw for '{Path}' of run {RunId}; the operation is denied")]
    public static partial void PolicyThrew(ILogger logger, RunId runId, StepPath path, string policy, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "Policy '{Policy}' failed to settle '{Path}' of run {RunId}")]
    public static partial void SettlementFailed(ILogger logger, RunId runId, StepPath path, string policy, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "The service scope of '{Path}' of run {RunId} failed to dispose")]
    public static partial void DisposalFailed(ILogger logger, RunId runId, StepPath path, Exception exception);

    [LoggerMessage(7, LogLevel.Debug, "Run {RunId} is suspended: {Reason}")]
    public static partial void RunSuspended(ILogger logger, RunId runId, string? reason);

    [LoggerMessage(9, LogLevel.Critical, "The journal did not take the entries of run {RunId}; the run stops here until it is recovered")]
    public static partial void FlushFailed(ILogger logger, RunId runId, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "Run {RunId} of flow '{Flow}' is held: {Reason}")]
    public static partial void RunHeld(ILogger logger, RunId runId, string flow, string reason);

    [LoggerMessage(12, LogLevel.Error, "Run {RunId} was not woken when its date came")]
    public static partial void WakingFailed(ILogger logger, RunId runId, Exception exception);

    [LoggerMessage(13, LogLevel.Error, "Schedule '{Schedule}' could not fire; it tries again after {RetryAfter}")]
    public static partial void ScheduleFailed(ILogger logger, string schedule, TimeSpan retryAfter, Exception exception);

    [LoggerMessage(14, LogLevel.Error, "Schedule '{Schedule}' started no run for {Due}")]
    public static partial void ScheduledRunFailed(ILogger logger, string schedule, DateTimeOffset due, Exception exception);

    [LoggerMessage(20, LogLevel.Debug, "Agent '{Path}' of run {RunId} asks its model again: the answer cannot be used")]
    public static partial void AnswerRejected(ILogger logger, RunId runId, StepPath path);

    [LoggerMessage(21, LogLevel.Debug, "Agent '{Path}' of run {RunId} calls '{Tool}' in a way that cannot be executed; its model is told")]
    public static partial void ToolCallRejected(ILogger logger, RunId runId, StepPath path, string tool);

    [LoggerMessage(8, LogLevel.Error, "The approver threw for request '{RequestId}'; the request stays open")]
    public static partial void ApproverThrew(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(15, LogLevel.Error, "A notifier threw for request '{RequestId}'; the request is not affected")]
    public static partial void NotifierThrew(ILogger logger, string requestId, Exception exception);

    [LoggerMessage(10, LogLevel.Error, "A cancellation callback of run {RunId} threw")]
    public static partial void CancellationCallbackThrew(ILogger logger, RunId runId, Exception exception);
}
