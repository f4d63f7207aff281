using System.Runtime.CompilerServices;
using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Runs;

/// <summary>Continues on a dispatcher: like <see cref="Task.Yield"/>, and repeatable where the dispatcher is.</summary>
internal readonly struct Yielding(WorkDispatcher dispatcher) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public Yielding GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => dispatcher.Dispatch(new Item(continuation));

    public void UnsafeOnCompleted(Action continuation) => OnCompleted(continuation);

    private sealed class Item(Action continuation) : IThreadPoolWorkItem
    {
        public void Execute() => continuation();
    }
}

/// <summary>A task that ends when a token is cancelled, inside of the cancellation.</summary>
internal sealed class UntilCancelled
{
    private readonly TaskCompletionSource _source = new();

    public UntilCancelled(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), _source);

    public Task Task => _source.Task;
}

/// <summary>A delay that ends inside of the tick or of the cancellation; the framework's own reacts to a cancellation on the pool.</summary>
internal static class Pausing
{
    public static async Task DelayInPlaceAsync(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken)
    {
        var source = new TaskCompletionSource();
        await using var timer = time.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), source, delay, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), source);
        await source.Task.ConfigureAwait(false);
    }
}
