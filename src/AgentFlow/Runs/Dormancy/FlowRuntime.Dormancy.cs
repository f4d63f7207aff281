using AgentFlow.Journaling;

namespace AgentFlow;

public sealed partial class FlowRuntime
{
    /// <summary>What kept a run from waking may pass: a store that could not be read, a registry that was away.</summary>
    private static readonly TimeSpan WakeAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HeldAgainAfter = TimeSpan.FromMinutes(10);
    private readonly Dictionary<RunId, Task<FlowRun?>> _loading = [];

    /// <summary>The suspended runs that are in the journal only.</summary>
    internal DormantRuns Dormant { get; }

    /// <summary>A run that is suspended and unloaded leaves the memory. Under the run's lock.</summary>
    internal bool TryRetire(FlowRun run, DormantRun dormant)
    {
        if (_stopping || _runs.GetValueOrDefault(run.Id) != run) return false;

        // In this order: a run that is nowhere for a moment would be looked for in the journal.
        Dormant.Add(dormant);
        _runs.TryRemove(new(run.Id, run));
        return true;
    }

    /// <summary>A run whose handle somebody held is back. Under the run's lock.</summary>
    internal void Revived(FlowRun run)
    {
        _runs[run.Id] = run;
        Dormant.TryRemove(run.Id, out _);
    }

    internal static async Task RetireAsync(FlowRun run, int generation)
    {
        await run.FlushInBackgroundAsync().ConfigureAwait(false);
        run.TryRetire(generation);
    }

    /// <summary>
    /// The run in memory; a dormant one is brought back, and is on its way to where it waits. Null when no such run is open here.
    /// </summary>
    /// <exception cref="RunHeldException">It cannot be continued by this process.</exception>
    internal Task<FlowRun?> LoadAsync(RunId id)
    {
        if (_runs.TryGetValue(id, out var live)) return Task.FromResult<FlowRun?>(live);
        lock (_loading)
        {
            if (_loading.TryGetValue(id, out var loading)) return loading;
            if (!Dormant.TryGet(id, out var dormant)) return Task.FromResult(_runs.GetValueOrDefault(id));
            var task = LoadAsync(dormant);
            if (!task.IsCompleted) _loading[id] = task;
            return task;
        }
    }

    private async Task<FlowRun?> LoadAsync(DormantRun dormant)
    {
        try
        {
            if (dormant.Handle is { } handle && handle.TryGetTarget(out var held))
            {
                held.Revive();
                return held;
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
            var entries = await ReadAsync(dormant.Id, CancellationToken.None).ConfigureAwait(false);
            return await ContinueAsync(entries, dormant.Epoch, isWoken: true).ConfigureAwait(false);
        }
        finally
        {
            // Whoever asks from now on finds the run itself.
            lock (_loading) _loading.Remove(dormant.Id);
        }
    }

    /// <summary>A date has come: the run finds it past when it opens the wait again.</summary>
    private void WakeDormant(RunId id) => _ = WakeDormantAsync(id);

    private async Task WakeDormantAsync(RunId id)
    {
        try
        {
            if (!Dormant.TryGet(id, out var dormant)) return;
            if (dormant.Handle is { } handle && handle.TryGetTarget(out var held)) held.ReviveIfDue();
            else await LoadAsync(id).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            RunLog.WakingFailed(Logger, id, exception);
            if (!_disposed) Dormant.WakeAgain(id, Time.GetUtcNow() + (exception is RunHeldException ? HeldAgainAfter : WakeAgainAfter));
        }
    }
}
