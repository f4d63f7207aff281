using AgentFlow.Scheduling;

namespace AgentFlow;

/// <summary>The body of one attempt on the long way: holds the slot until the body returns, even when nobody waits any more.</summary>
internal sealed class AttemptBody<TIn, TOut>(
    EffectStep<TIn, TOut> step, FlowContext caller, TIn input, AttemptScope scope, Slot slot) : PendingBody<TOut>(caller.Run), IThreadPoolWorkItem
{
    private bool _isStarted;
    private TaskCompletionSource<TOut>? _elsewhere;
    private CancellationToken _token;

    protected override bool IsTimedOut => step.Plan.Timeout is not null && !caller.CancellationToken.IsCancellationRequested;

    public ValueTask<TOut> RunAsync(CancellationToken cancellationToken)
    {
        _isStarted = true;
        slot.Begin();
        _token = cancellationToken;
        ValueTask<TOut> body;
        try
        {
            body = step.BlocksItsCaller && step.Plan.Timeout is not null ? RunElsewhere() : Call();
        }
        catch
        {
            Release();
            throw;
        }

        if (!body.IsCompleted) return Watch(body, cancellationToken);
        Release();
        return body;
    }

    /// <summary>Gives the slot back when it never came to the call of the body.</summary>
    public void ReleaseUnstarted()
    {
        if (!_isStarted) Release();
    }

    /// <summary>A body that blocks its thread can be walked away from only when it blocks another thread.</summary>
    void IThreadPoolWorkItem.Execute() => _ = ExecuteHereAsync();

    protected override void Release() => slot.Release();

    protected override TOut Settle(TOut result) => result;

    protected override Exception Settle(Exception exception) => exception;

    private ValueTask<TOut> RunElsewhere()
    {
        _elsewhere = new TaskCompletionSource<TOut>(TaskCreationOptions.RunContinuationsAsynchronously);
        Run.Runtime.Dispatcher.Dispatch(this);
        return new(_elsewhere.Task);
    }

    private async Task ExecuteHereAsync()
    {
        try
        {
            _elsewhere!.SetResult(await Call().ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            _elsewhere!.SetException(exception);
        }
    }

    private ValueTask<TOut> Call() => scope.CallAsync(step, input, _token);
}
