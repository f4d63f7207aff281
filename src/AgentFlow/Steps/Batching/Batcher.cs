using AgentFlow.Scheduling;

namespace AgentFlow;

/// <summary>Gathers items of one runtime, those of each owner apart. An open batch holds at most its size, and is closed after its delay: nothing piles up. Thread-safe.</summary>
internal sealed class Batcher<TIn, TOut>(BatchPlan<TIn, TOut> plan, string? lane, FlowRuntime runtime)
{
    private readonly Dictionary<(string? Tenant, string? Project, string? User), Batch<TIn, TOut>> _open = [];
    private readonly Lock _lock = new();

    public async ValueTask<TOut> RunAsync(TIn input, StepContext context)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        var item = new BatchItem<TIn, TOut>(input, context, runtime.Dispatcher);
        var owner = OwnerOf(context.Principal);
        Batch<TIn, TOut>? full = null;
        lock (_lock)
        {
            if (!_open.TryGetValue(owner, out var batch)) _open.Add(owner, batch = new(plan, lane, runtime, batch => Close(owner, batch)));
            item.Batch = batch;
            if (batch.Add(item) == plan.MaxSize)
            {
                _open.Remove(owner);
                full = batch;
            }
        }

        full?.Start();
        using var leaving = context.CancellationToken.UnsafeRegister(static item => ((BatchItem<TIn, TOut>)item!).Leave(), item);
        return (await item.Ended.WaitAsync().ConfigureAwait(false)).Take();
    }

    private (string?, string?, string?) OwnerOf(Principal principal)
    {
        if (plan.GathersAcrossTenants) return default;
        return principal.Tenant is { } tenant ? (tenant, null, null) : (null, principal.Project, principal.User);
    }

    /// <summary>The delay is over.</summary>
    private void Close((string?, string?, string?) owner, Batch<TIn, TOut> batch)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(owner, out var open) || open != batch) return;
            _open.Remove(owner);
        }

        batch.Start();
    }
}

/// <summary>One item on its way through a batch.</summary>
internal sealed class BatchItem<TIn, TOut>(TIn input, StepContext context, WorkDispatcher dispatcher)
{
    public TIn Input => input;

    public StepContext Context => context;

    public Batch<TIn, TOut>? Batch { get; set; }

    public DispatchedSignal<BatchEnd<TOut>> Ended { get; } = new(dispatcher);

    /// <summary>Its call was cancelled: nobody waits for the result any more.</summary>
    public void Leave()
    {
        Batch!.Leave(this);
        Ended.Give(new(default!, new OperationCanceledException(context.CancellationToken)));
    }
}

/// <summary>How an item ended.</summary>
internal readonly record struct BatchEnd<TOut>(TOut Result, Exception? Failure)
{
    public TOut Take()
    {
        if (Failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(Failure);
        return Result;
    }
}
