namespace AgentFlow;

/// <summary>
/// A flow's time limit. When it passes, everything in the attempt's scope is cancelled; the effects see their token, and the
/// attempt ends as they do.
/// </summary>
internal sealed class FlowTimeout : IDisposable
{
    private readonly FlowContext _scope;
    private readonly StepPath _path;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private int _expired;

    public FlowTimeout(FlowContext scope, StepPath path, TimeSpan timeout)
    {
        _scope = scope;
        _path = path;
        _timeout = timeout;
        _source = CancellationTokenSource.CreateLinkedTokenSource(scope.CancellationToken);
        _timer = scope.Run.Runtime.Time.CreateTimer(static state => ((FlowTimeout)state!).Expire(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    public async ValueTask<T> RunAsync<T>(ValueTask<T> attempt)
    {
        try
        {
            return await attempt.ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (Volatile.Read(ref _expired) == 1 && !_scope.CancellationToken.IsCancellationRequested)
        {
            throw new EffectFailedException("Timeout", $"the flow did not end within {_timeout}", _path, exception);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Expire()
    {
        Volatile.Write(ref _expired, 1);
        _scope.Run.Wake();
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended while its timer fired: there is nothing left to cancel.
        }

        _scope.Run.Rest();
    }
}
