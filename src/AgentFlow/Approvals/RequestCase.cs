namespace AgentFlow.Approvals;

/// <summary>
/// What outlives the flow's live state of an open request: where it stands, and who thinks about it. A flow that is executed
/// again and asks the same finds it here. The status changes under the run's lock.
/// </summary>
internal sealed class RequestCase(FlowRun run, RequestStatus status)
{
    private readonly RequestNews? _news = run.Runtime.Options.RequestNotifiers.Count == 0 ? null : new(run.Runtime, run, status.Request.Id);
    private CancellationTokenSource? _closed;
    private volatile bool _isClosed;
    private volatile RequestStatus _status = status;

    public RequestStatus Status
    {
        get => _status;
        set => _status = value;
    }

    /// <summary>Cancelled when the request is answered or withdrawn.</summary>
    public CancellationToken Closed
    {
        get
        {
            var closed = LazyInitializer.EnsureInitialized(ref _closed);
            if (_isClosed) closed.Cancel();
            return closed.Token;
        }
    }

    public void TellOpened()
    {
        if (_news is null) return;
        var now = Status;
        _news.Tell((notifier, token) => notifier.OpenedAsync(now, token));
    }

    public void TellChanged(RequestStatus now, RequestChange change) => _news?.Tell((notifier, token) => notifier.ChangedAsync(now, change, token));

    public void Close(bool isStated)
    {
        _isClosed = true;
        if (_closed is not null) run.CancelScope(_closed);
        if (_news is null || !isStated || Status is not { Resolution: not null } now) return;
        _news.Tell((notifier, token) => notifier.ResolvedAsync(now, token));
    }
}
