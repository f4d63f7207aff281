using System.Threading.Tasks.Sources;

namespace AgentFlow.Scheduling;

/// <summary>
/// One suspended caller. It completes only inside its dispatched work item, so that neither a releasing nor a cancelling
/// thread ever runs foreign code. Never pooled: a cancellation may reach it late and must find the same caller.
/// </summary>
internal abstract class DispatchedWaiter<TResult> : IValueTaskSource<TResult>, IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<TResult> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellationToken;

    protected short Version => _core.Version;

    protected bool IsCancellationRequested => _cancellationToken.IsCancellationRequested;

    /// <summary>Call it on the thread that will hand out the task: <c>GetResult</c> undoes it, hence runs after it.</summary>
    protected void Watch(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static waiter => ((DispatchedWaiter<TResult>)waiter!).Withdraw(), this);
    }

    /// <summary>Leaves the queue if still in it, and then dispatches itself. Runs on the cancelling thread.</summary>
    protected abstract void Withdraw();

    /// <summary>Runs in the dispatched work item. False when withdrawn or cancelled, after giving back whatever is held.</summary>
    protected abstract bool TryFinish(bool isCanceled, out TResult result);

    void IThreadPoolWorkItem.Execute()
    {
        if (TryFinish(IsCancellationRequested, out TResult result))
        {
            _core.SetResult(result);
        }
        else
        {
            _core.SetException(new OperationCanceledException(_cancellationToken));
        }
    }

    public TResult GetResult(short token)
    {
        _registration.Unregister();
        return _core.GetResult(token);
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
