using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>
/// A durable run that is suspended and unloaded leaves the runtime: a <see cref="DormantRun"/> stays. As long as somebody holds the
/// handle, it is the same object that comes back.
/// </content>
public abstract partial class FlowRun
{
    private bool _isRetired;
    private volatile bool _isWoken;

    /// <summary>Whether the run has come from the journal and is on its way back to where it waits.</summary>
    internal bool IsWoken => _isWoken;

    private protected bool IsRetired => Volatile.Read(ref _isRetired);

    /// <summary>Whether somebody waits for something that only this object will say.</summary>
    private protected abstract bool IsAwaited { get; }

    /// <summary>Leaves the runtime, when everything about the run is durable and nobody watches it.</summary>
    internal bool TryRetire(int sealedGeneration)
    {
        lock (_cancellation)
        {
            if (_isRetired || _isHeld || _isLoaded || _status != RunStatus.Suspended || Generation != sealedGeneration || _staysOpen || _cancelReason is not null) return false;
            if (IsAwaited || Events.IsAwaited || _store is not { IsDurable: true } store) return false;
            if (!Runtime.TryRetire(this, new(Id, FlowName, Pending(), store.Epoch, new(this)))) return false;
            _isRetired = true;

            // Under the lock: somebody who brings the run back meanwhile starts its timers anew.
            foreach (var wait in _waits!.Values) wait.Detach();
            _deadline?.Dispose();
            _deadline = null;
        }

        return true;
    }

    /// <summary>Comes back into the runtime as it left it. Whoever does something to a run does it under the same lock.</summary>
    internal void Revive()
    {
        lock (_cancellation)
        {
            if (!_isRetired) return;
            _isRetired = false;
            Runtime.Revived(this);
            foreach (var wait in _waits!.Values) wait.Reattach();
            StartDeadline();
        }

        if (Runtime.IsDisposed) LetGo();
    }

    /// <summary>As <see cref="Revive"/>; false when the runtime has been disposed meanwhile, and the run with it. Under the lock.</summary>
    private bool TryRevive()
    {
        Revive();
        return _waits is not null;
    }

    /// <summary>Comes back when a date of it has come, which one that it has left behind may have said.</summary>
    internal void ReviveIfDue()
    {
        lock (_cancellation)
        {
            if (_isRetired && Pending().Any(wait => wait.WakesAt <= Runtime.Time.GetUtcNow())) Revive();
        }
    }

    internal List<Approvals.RequestStatus> OpenRequests()
    {
        lock (_cancellation) return _waits is null ? [] : [.. _waits.Values.OfType<OpenRequest>().Select(static wait => wait.Status)];
    }

    /// <summary>What the run waits for. Under the lock.</summary>
    private List<PendingWait> Pending()
    {
        var waits = _waits!.Values.Select(static wait => wait.Pending).OrderBy(static wait => wait.Path.ToString(), StringComparer.Ordinal).ToList();
        if (DeadlineDate is { } deadline) waits.Add(new(WaitKind.Deadline, RootPath, deadline));
        return waits;
    }

    /// <summary>Counted from when the run was accepted: the clock does not stop while no process has it.</summary>
    private DateTimeOffset? DeadlineDate => Options.Deadline is { } deadline ? Started.Time + deadline : null;
}
