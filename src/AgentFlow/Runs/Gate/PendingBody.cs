using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace AgentFlow;

/// <summary>
/// A body that has not returned yet. Whoever waits for it is released when it returns, or when its token was cancelled and
/// it has not reacted: at once after a timeout, after the runtime's grace otherwise. Its late outcome is dropped and counted.
/// </summary>
internal abstract class PendingBody<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core;
    private ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter _awaiter;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private ITimer? _grace;
    private int _settled;

    protected PendingBody(FlowRun run) => Run = run;

    protected FlowRun Run { get; }

    public T GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    protected ValueTask<T> Watch(ValueTask<T> body, CancellationToken cancellationToken)
    {
        var version = _core.Version;
        _token = cancellationToken;
        _awaiter = body.ConfigureAwait(false).GetAwaiter();
        _registration = cancellationToken.UnsafeRegister(static state => ((PendingBody<T>)state!).OnCancelled(), this);
        _awaiter.UnsafeOnCompleted(OnReturned);
        return new(this, version);
    }

    /// <summary>Whether to walk away at once when the token is cancelled.</summary>
    protected abstract bool IsTimedOut { get; }

    /// <summary>The body has returned, in time or late: what it occupied is free.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>Turns the body's outcome into what the waiting side sees.</summary>
    protected abstract T Settle(T result);

    /// <inheritdoc cref="Settle(T)"/>
    protected abstract Exception Settle(Exception exception);

    private void OnReturned()
    {
        _registration.Unregister();
        var isLate = Interlocked.Exchange(ref _settled, 1) != 0;
        Volatile.Read(ref _grace)?.Dispose();
        Release();
        T result;
        try
        {
            result = _awaiter.GetResult();
            if (isLate)
            {
                Run.CountLateOutcome();
                return;
            }

            result = Settle(result);
        }
        catch (Exception exception)
        {
            if (!isLate) _core.SetException(Settled(exception));
            else if (exception is not OperationCanceledException) Run.CountLateOutcome();
            return;
        }

        _core.SetResult(result);
    }

    private void OnCancelled()
    {
        if (Volatile.Read(ref _settled) != 0) return;
        if (IsTimedOut)
        {
            WalkAway();
            return;
        }

        Volatile.Write(ref _grace, Run.Runtime.Time.CreateTimer(
            static state => ((PendingBody<T>)state!).WalkAway(), this, Run.Runtime.Options.CancellationGrace, Timeout.InfiniteTimeSpan));
        if (Volatile.Read(ref _settled) != 0) _grace!.Dispose();
    }

    private void WalkAway()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0) _core.SetException(Settled(new OperationCanceledException(_token)));
    }

    /// <summary>Nothing may escape here: this runs on whatever thread ended the body, and the run alone must fail.</summary>
    private Exception Settled(Exception exception)
    {
        try
        {
            return Settle(exception);
        }
        catch (Exception failure)
        {
            return failure;
        }
    }
}

/// <summary>The pending body of an effect that takes the short way through the gate.</summary>
internal sealed class PlainEffect<TIn, TOut> : PendingBody<TOut>
{
    private readonly EffectStep<TIn, TOut> _step;
    private readonly FlowContext _scope;
    private readonly StepPath _path;
    private readonly TIn _input;

    private PlainEffect(EffectStep<TIn, TOut> step, FlowContext scope, StepPath path, TIn input)
        : base(scope.Run)
    {
        _step = step;
        _scope = scope;
        _path = path;
        _input = input;
    }

    protected override bool IsTimedOut => false;

    public static ValueTask<TOut> Start(EffectStep<TIn, TOut> step, FlowContext scope, StepPath path, TIn input, ValueTask<TOut> body) =>
        new PlainEffect<TIn, TOut>(step, scope, path, input).Watch(body, scope.CancellationToken);

    protected override TOut Settle(TOut result) => EffectGate<TIn, TOut>.Complete(_step, _scope, _path, _input, result);

    protected override Exception Settle(Exception exception) => EffectOutcome.Fail(_scope, _step, _path, exception, detail: _step.DetailOf(_input, default, _scope.Run));
}
