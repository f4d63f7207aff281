using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// A flow's time limit, for one attempt. It is a date in the journal, so that it holds while the run is unloaded as well. When it
/// comes, that is recorded first, and then everything in the attempt's scope is cancelled; the effects see their token, and
/// the attempt fails when they have ended. A replay skips an attempt that has exceeded its limit.
/// </summary>
internal sealed class FlowTimeout : OpenDate, IDisposable
{
    private const string ErrorType = "Timeout";
    private readonly FlowContext _scope;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _source;

    private FlowTimeout(FlowContext scope, StepPath attempt, TimeSpan timeout, DateTimeOffset due)
        : base(scope.Run, attempt, due)
    {
        _scope = scope;
        _timeout = timeout;
        _source = CancellationTokenSource.CreateLinkedTokenSource(scope.CancellationToken);
    }

    public override bool HoldsBranch => false;

    /// <summary>The token of the attempt.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The same failure live and replayed.</summary>
    public static EffectFailedException Exceeded(StepPath attempt, TimeSpan timeout, Exception? innerException = null) =>
        new(ErrorType, $"the flow did not end within {timeout}", attempt, innerException);

    /// <summary>Whether an exception says that the limit of this very attempt was exceeded, which is recorded.</summary>
    public static bool IsExceeded(Exception exception, StepPath attempt) =>
        exception is EffectFailedException { ErrorType: ErrorType } failure && failure.Path.Equals(attempt);

    /// <summary>Starts the limit; null when it was exceeded while the run was being replayed up to it.</summary>
    public static FlowTimeout? TryStart(FlowContext scope, StepPath attempt, TimeSpan timeout)
    {
        var recorded = scope.Run.Replay?.Timer(attempt);
        var limit = new FlowTimeout(scope, attempt, timeout, recorded?.Due ?? scope.Run.Runtime.Time.GetUtcNow() + timeout);
        limit.Attach(scope.Run.Generation);
        if (!scope.Run.TryOpen(limit, recorded is null ? new TimerEntry(JournalEntryKind.TimerSet, attempt, limit.Due) : null, out _, out _)) return null;
        limit.Start();
        return limit;
    }

    /// <summary>The attempt has ended; false when the limit was exceeded before.</summary>
    public bool TryEnd() => Run.TryClose(this);

    public void Dispose() => _source.Dispose();

    /// <summary>Cancels what the attempt still does. Whoever resolved the limit has woken the run for it.</summary>
    public override void Execute()
    {
        Run.CancelScope(_source);
        Run.Rest();
    }

    protected override JournalEntry Resolution() =>
        new DecisionMadeEntry<string>(Path, DecisionKind.Attempt, $"{ErrorType}: {Exceeded(Path, _timeout).Message}", "the time limit was exceeded") { Label = _scope.Label };
}
