namespace AgentFlow.Testing;

/// <summary>Wakes the one who drives runs when other threads have changed something. Set while nobody waits, it is kept.</summary>
internal sealed class Signal
{
    private readonly SemaphoreSlim _semaphore = new(0);
    private long _version;

    /// <summary>Grows with everything that changes.</summary>
    internal long Version => Interlocked.Read(ref _version);

    internal void Set()
    {
        Interlocked.Increment(ref _version);
        if (_semaphore.CurrentCount == 0) _semaphore.Release();
    }

    /// <summary>
    /// False when nothing happened for a time. The pool must have had its turn too: on a loaded machine, time passes without
    /// what is queued getting anywhere.
    /// </summary>
    internal async ValueTask<bool> WaitAsync(TimeSpan patience)
    {
        if (await _semaphore.WaitAsync(patience).ConfigureAwait(false)) return true;
        for (var turn = 0; turn < 3; turn++)
        {
            await Task.Yield();
            if (_semaphore.Wait(TimeSpan.Zero)) return true;
        }

        return false;
    }
}
