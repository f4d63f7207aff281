namespace AgentFlow;

/// <content>The end of a runtime: draining and disposal.</content>
public sealed partial class FlowRuntime
{
    private static readonly TimeSpan LongestDisposal = TimeSpan.FromSeconds(10);
    private volatile bool _stopping;
    private volatile bool _disposed;

    internal bool IsDisposed => _disposed;

    /// <summary>Takes no new runs and waits until none is queued or executing; suspended runs stay suspended.</summary>
    /// <param name="timeout">How long to wait, by the runtime's clock; what still executes then is cancelled, within the grace.</param>
    /// <param name="cancellationToken">Ends the waiting early.</param>
    /// <returns>How many runs had to be cancelled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not <see cref="Timeout.InfiniteTimeSpan"/>, or more than 49 days.</exception>
    public async Task<int> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var patience = new CancellationTokenSource(timeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        return await DrainAsync(either.Token).ConfigureAwait(false);
    }

    /// <summary>Takes no new runs and waits until none is queued or executing; suspended runs stay suspended.</summary>
    /// <param name="cancellationToken">Ends the waiting; whatever still executes is then cancelled, within the grace.</param>
    /// <returns>How many runs had to be cancelled.</returns>
    public async Task<int> DrainAsync(CancellationToken cancellationToken = default)
    {
        _stopping = true;
        try
        {
            // Again, because an answer may have woken a suspended run in the meantime.
            while (Executing() is { Count: > 0 } executing)
            {
                foreach (var run in executing) await run.SettledAsync(cancellationToken).ConfigureAwait(false);
            }

            await FlushAllAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await CancelExecutingAsync("the runtime shuts down").ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes no new runs and cancels those that execute, within the grace. Suspended runs are let go of: nothing in them goes on,
    /// and whoever awaits one gets an <see cref="ObjectDisposedException"/>. With a durable journal another runtime continues them.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _disposed = true;
        await EndAsync().ConfigureAwait(false);
        LetGo();
    }

    /// <summary>
    /// The same for a container that is disposed synchronously. Prefer <see cref="DisposeAsync"/>: this blocks the calling thread until the
    /// cancelled runs have ended, for the grace and a second more, 10 seconds at the most. A run that needs longer ends on its own.
    /// </summary>
    public void Dispose()
    {
        _stopping = true;
        _disposed = true;
        var patience = Options.CancellationGrace + TimeSpan.FromSeconds(1);
        EndAsync().Wait(patience < LongestDisposal ? patience : LongestDisposal);
        LetGo();
    }

    private async Task EndAsync()
    {
        await CancelExecutingAsync("the runtime was disposed").ConfigureAwait(false);

        // That a run is suspended is the last thing that it says: the next process need not execute it to find out.
        try
        {
            await FlushAllAsync().WaitAsync(LongestDisposal, Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The store hangs: what it has not taken is done again by the next process.
        }
    }

    private Task FlushAllAsync() => Task.WhenAll(_runs.Values.Select(static run => run.FlushInBackgroundAsync()));

    private void LetGo()
    {
        foreach (var run in _runs.Values) run.LetGo();
        Requests.Close();
        _lingering.Dispose();
        Options.Agents?.Hosts.Remove(RegisteredAgents);
        CloseSchedules();
        Dormant.Dispose();
    }

    private async Task<int> CancelExecutingAsync(string reason)
    {
        var cancelled = 0;
        if (Executing() is { Count: > 0 } executing)
        {
            await Task.WhenAll(executing.Select(run => run.StopAsync(reason))).ConfigureAwait(false);
            cancelled += executing.Count(run => run.Status == RunStatus.Cancelled);
        }

        return cancelled;
    }

    private List<FlowRun> Executing() => [.. _runs.Values.Where(run => run.Status is RunStatus.Running or RunStatus.Queued)];

    /// <summary>The run is among the others before the question is asked: draining sees it, or it sees that the runtime stops.</summary>
    private TRun AddUnlessStopping<TRun>(TRun run)
        where TRun : FlowRun
    {
        _runs[run.Id] = run;
        if (!_stopping) return run;
        _runs.TryRemove(run.Id, out _);
        var refusal = Refusal(run.FlowName);
        run.Refuse(refusal);
        throw refusal;
    }

    private Exception Refusal(string flow) => _disposed ? new ObjectDisposedException(nameof(FlowRuntime)) : new RuntimeStoppingException(flow);
}
