using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <content>
/// Quiescence: one atomic counter of the branches that are awake. A branch is awake from its start to its end, whatever it
/// does meanwhile, except while it waits: opening a wait puts it to rest, resolving the wait wakes it. A fork hands the place of
/// its parent to its branches and gives it back when it joins. Zero with open waits seals the run. Sealing and answering share
/// one lock. Nothing here depends on where or when continuations run.
/// </content>
public abstract partial class FlowRun
{
    private bool _isLoaded;

    /// <summary>How many branches are awake.</summary>
    internal int Awake => Volatile.Read(ref _awake);

    internal void Wake(int branches = 1) => Interlocked.Add(ref _awake, branches);

    internal void Rest()
    {
        if (Interlocked.Decrement(ref _awake) == 0) Seal();
        Runtime.Options.Watch?.OnRest();
    }

    /// <summary>Forgets the flow's live state; the entries suffice to continue.</summary>
    internal void Unload(int sealedGeneration)
    {
        lock (_cancellation)
        {
            if (_status != RunStatus.Suspended || Generation != sealedGeneration || Volatile.Read(ref _awake) != 0) return;
            if (_isLoaded) UnloadLocked();
            sealedGeneration = Generation;
        }

        if ((Features & RunFeatures.Telemetry) != 0) StopSpans(null);
        if (_store is not null) _ = FlowRuntime.RetireAsync(this, sealedGeneration);
    }

    private void UnloadLocked()
    {
        Generation++;
        _isLoaded = false;
        UnassignAll();
        foreach (var wait in _waits!.Values) wait.Unload();
    }

    private void Seal()
    {
        int generation;

        // Every resumption is judged, which only a re-execution is: a live flow would go on without being asked.
        var isUnloaded = Runtime.Policies.Covers(PolicyOperation.ResumeRun);
        lock (_cancellation)
        {
            if (IsTerminal || _status == RunStatus.Suspended || Volatile.Read(ref _awake) != 0 || _waits is not { Count: > 0 } || IsUndoing && IsCancelling) return;

            // Whoever sees that the run is suspended may flush it.
            StatusReason = DescribeWaits();
            Append(new RunSuspendedEntry(RootPath, Started.Flow, Pending(), StatusReason));
            _status = RunStatus.Suspended;
            if (isUnloaded) UnloadLocked();
            generation = Generation;
            _isWoken = false;
        }

        if (isUnloaded && (Features & RunFeatures.Telemetry) != 0) StopSpans(null);
        SignalSettled();
        Runtime.OnSuspended(this, isUnloaded ? null : generation);
    }

    /// <summary>Somebody has done something to a run that goes on waiting: its last entry says for what, and it goes back to rest.</summary>
    internal void StaySuspended()
    {
        int suspended;
        lock (_cancellation)
        {
            if (_status != RunStatus.Suspended || _waits is null) return;
            suspended = SuspendAgain();
        }

        Runtime.OnSuspended(this, suspended);
    }

    /// <summary>The last entry of a suspended run says what it waits for. Under the lock; <see cref="FlowRuntime.OnSuspended"/> follows.</summary>
    private int SuspendAgain()
    {
        Append(new RunSuspendedEntry(RootPath, Started.Flow, Pending(), StatusReason));
        return Generation;
    }

    /// <summary>A suspended run goes on. Under the lock; false when it has its place, or goes on only to end as cancelled.</summary>
    private bool TryMarkResumed()
    {
        if (_cancelReason is not null) return false;
        if (_status == RunStatus.Suspended)
        {
            _status = RunStatus.Running;
            StatusReason = null;
            Append(new RunStatusEntry(JournalEntryKind.RunResumed, RootPath));
        }
        else if (!IsOnItsWayBack)
        {
            return false;
        }

        if (!Runtime.Admission.IsUnlimited) _held = [];
        return true;
    }

    /// <summary>Going back to where it waits takes no place. What it waits for may come before it rests there: going on takes one.</summary>
    private bool IsOnItsWayBack => _isWoken && _status == RunStatus.Running && !Runtime.Admission.IsUnlimited && _held is null && Volatile.Read(ref _hasPlace) == 0;

    /// <summary>Prepares a re-execution from the entries. Under the lock.</summary>
    private void Load()
    {
        _isLoaded = true;
        ForgetSagas();
        Replay = new ReplayIndex(_entries.Snapshot());
        Features |= RunFeatures.Replay;
    }
}
