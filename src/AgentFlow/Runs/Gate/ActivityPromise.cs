using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace AgentFlow;

/// <summary>Work that may take a while inside a run.</summary>
internal interface IEffectWork<TOut>
{
    ValueTask<TOut> RunAsync();
}

/// <summary>
/// Carries the run's activity token for a pending effect until the flow's continuation has returned. The continuation runs
/// inside <see cref="Finish"/>, so "effect ended" and "flow has reacted" are one step for whoever asks whether the run rests.
/// </summary>
internal sealed class ActivityPromise<TOut> : IValueTaskSource<TOut>
{
    private readonly FlowRun _run;
    private ManualResetValueTaskSourceCore<TOut> _core;
    private ConfiguredValueTaskAwaitable<TOut>.ConfiguredValueTaskAwaiter _awaiter;

    private ActivityPromise(FlowRun run) => _run = run;

    public static ValueTask<TOut> Start(FlowRun run, IEffectWork<TOut> work)
    {
        run.EnterActivity();
        var pending = work.RunAsync();
        if (pending.IsCompleted)
        {
            run.ExitActivity();
            return pending;
        }

        var promise = new ActivityPromise<TOut>(run) { _awaiter = pending.ConfigureAwait(false).GetAwaiter() };
        promise._awaiter.UnsafeOnCompleted(promise.Finish);
        return new(promise, promise._core.Version);
    }

    public TOut GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    private void Finish()
    {
        try
        {
            _core.SetResult(_awaiter.GetResult());
        }
        catch (Exception exception)
        {
            _core.SetException(exception);
        }
        finally
        {
            _run.ExitActivity();
        }
    }
}
