using AgentFlow.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow;

/// <summary>Items that one call of the body answers. Open until it is full or its delay is over; then it runs as one work item.</summary>
internal sealed class Batch<TIn, TOut> : IThreadPoolWorkItem
{
    private readonly BatchPlan<TIn, TOut> _plan;
    private readonly string? _lane;
    private readonly FlowRuntime _runtime;
    private readonly Lock _lock = new();
    private readonly List<BatchItem<TIn, TOut>> _items = [];
    private readonly CancellationTokenSource _cancelled = new();
    private readonly ITimer _timer;
    private bool _isStarted;
    private int _waiting;

    public Batch(BatchPlan<TIn, TOut> plan, string? lane, FlowRuntime runtime, Action<Batch<TIn, TOut>> close)
    {
        _plan = plan;
        _lane = lane;
        _runtime = runtime;
        _timer = runtime.Time.CreateTimer(_ => close(this), null, plan.MaxDelay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Under the batcher's lock; the number of items afterwards.</summary>
    public int Add(BatchItem<TIn, TOut> item)
    {
        lock (_lock)
        {
            _items.Add(item);
            _waiting++;
            _runtime.Park();
            return _items.Count;
        }
    }

    public void Leave(BatchItem<TIn, TOut> item)
    {
        var isAbandoned = false;
        lock (_lock)
        {
            if (!_isStarted)
            {
                if (_items.Remove(item)) _runtime.Unpark();
                return;
            }

            if (_items.Contains(item)) isAbandoned = --_waiting == 0;
        }

        if (isAbandoned) _cancelled.Cancel();
    }

    public void Start()
    {
        lock (_lock)
        {
            _isStarted = true;
            _waiting = _items.Count;
            _runtime.Unpark(_items.Count);
        }

        _timer.Dispose();
        _runtime.Dispatcher.Dispatch(this);
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        if (_items.Count == 0) return;
        try
        {
            var slot = await AcquireSlotAsync().ConfigureAwait(false);
            try
            {
                slot.Begin();
                await AnswerAsync().ConfigureAwait(false);
            }
            finally
            {
                slot.Release();
            }
        }
        catch (Exception exception)
        {
            foreach (var item in _items) item.Ended.Give(new(default!, exception));
        }
    }

    private async Task AnswerAsync()
    {
        try
        {
            var results = await CallAsync(_items).ConfigureAwait(false);
            for (var i = 0; i < _items.Count; i++) _items[i].Ended.Give(new(results[i], null));
        }
        catch (Exception exception) when (_plan.RetriesIndividually && _items.Count > 1 && Resilience.MayRepeat(exception, _cancelled.Token))
        {
            foreach (var item in _items.Where(item => !item.Ended.IsGiven)) item.Ended.Give(await AloneAsync(item).ConfigureAwait(false));
        }
    }

    private async Task<BatchEnd<TOut>> AloneAsync(BatchItem<TIn, TOut> item)
    {
        try
        {
            return new((await CallAsync([item]).ConfigureAwait(false))[0], null);
        }
        catch (Exception exception)
        {
            return new(default!, exception);
        }
    }

    private async Task<IReadOnlyList<TOut>> CallAsync(List<BatchItem<TIn, TOut>> items)
    {
        var services = _runtime.Services?.CreateAsyncScope();
        try
        {
            var context = new BatchContext([.. items.Select(item => item.Context)], services?.ServiceProvider, _runtime.Time, _cancelled.Token);
            var results = await _plan.Body([.. items.Select(item => item.Input)], context).ConfigureAwait(false);
            return results?.Count == items.Count ? results : throw new BatchResultException(items.Count, results?.Count);
        }
        finally
        {
            if (services is { } scope) await scope.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ValueTask<Slot> AcquireSlotAsync()
    {
        var first = _items[0].Context;
        if (_lane is null && !_runtime.Scheduler.HasGlobalLimit) return default;
        return _runtime.Scheduler.AcquireAsync(_lane is null ? null : _runtime.LaneOf(_lane, first.Path), first.Run.Queue, _cancelled.Token);
    }
}
