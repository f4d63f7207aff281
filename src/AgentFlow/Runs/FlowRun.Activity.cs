using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>
/// Quiescence: one atomic counter of the branches that are awake. A branch is awake from its start to its end, whatever it
/// does meanwhile, except while it waits: opening a wait puts it to rest, resolving the wait wakes it. A fork hands the place of
/// its parent to its branches and gives it back when it joins. Zero with open waits seals the run. Sealing and answering share
/// one lock. Nothing here depends on where or when continuations run.
/// </content>
public abstract partial class FlowRun
{
    private Dictionary<StepPath, OpenWait>? _waits;
    private Dictionary<StepPath, ApprovalDecision>? _early;
    private bool _isLoaded;

    internal void Wake(int branches = 1) => Interlocked.Add(ref _awake, branches);

    internal void Rest()
    {
        if (Interlocked.Decrement(ref _awake) == 0) Seal();
    }

    /// <summary>Registers a wait, or returns false with the answer that came while the flow was being replayed up to it.</summary>
    /// <param name="wait">The wait.</param>
    /// <param name="opening">The entry that states it, unless it is in the journal.</param>
    /// <param name="early">The answer that came before.</param>
    /// <param name="isNew">Whether the wait is new to this runtime: no wait that a re-executed flow opens again.</param>
    internal bool TryOpen(OpenWait wait, JournalEntry? opening, out ApprovalDecision? early, out bool isNew)
    {
        (early, isNew) = (null, false);
        OpenWait? superseded;
        lock (_cancellation)
        {
            if (_early is not null && _early.Remove(wait.Path, out early)) return false;
            if (IsTerminal || wait.Generation != Generation) throw new OperationCanceledException(_cancellation.Token);
            if (opening is not null) Append(opening);
            _waits ??= [];
            _waits.Remove(wait.Path, out superseded);
            _waits[wait.Path] = wait;
        }

        superseded?.Supersede();
        isNew = superseded is null;
        return true;
    }

    /// <summary>Resolves a wait exactly once and wakes its branch, which continues on the dispatcher.</summary>
    /// <returns>False when it had been resolved or withdrawn before.</returns>
    internal bool TryResolve(StepPath path, ApprovalDecision decision, Func<OpenWait, JournalEntry> resolution)
    {
        OpenWait? wait;
        var reload = false;
        lock (_cancellation)
        {
            if (IsTerminal || _waits is null || !_waits.Remove(path, out wait)) return false;
            Append(resolution(wait));
            Wake();
            if (!wait.TryDetachWaiter(decision))
            {
                (_early ??= [])[path] = decision;
                reload = !_isLoaded;
            }

            if (_status == RunStatus.Suspended)
            {
                _status = RunStatus.Running;
                StatusReason = null;
                Append(new RunStatusEntry(JournalEntryKind.RunResumed, RootPath));
            }

            if (reload) Load();
        }

        wait.Close();
        if (reload) Runtime.ResumeSuspended(this);
        else if (wait.HasContinuation) Runtime.Dispatcher.Dispatch(wait);
        else Rest();
        return true;
    }

    /// <summary>Removes a wait whose branch was cancelled.</summary>
    internal bool TryWithdraw(StepPath path, string reason)
    {
        OpenWait? wait;
        lock (_cancellation)
        {
            if (IsTerminal || _waits is null || !_waits.Remove(path, out wait)) return false;
            if (wait.Withdrawal(reason) is { } entry) Append(entry);
            Wake();
            wait.TryDetachWaiter(null);
        }

        wait.Close();
        if (wait.HasContinuation) Runtime.Dispatcher.Dispatch(wait);
        else Rest();
        return true;
    }

    /// <summary>Forgets the flow's live state; the entries suffice to continue.</summary>
    internal void Unload(int sealedGeneration)
    {
        lock (_cancellation)
        {
            if (_status != RunStatus.Suspended || Generation != sealedGeneration || Volatile.Read(ref _awake) != 0) return;
            Generation++;
            _isLoaded = false;
            foreach (var wait in _waits!.Values) wait.Unload();
        }

        if ((Features & RunFeatures.Telemetry) != 0) StopSpans(null);
    }

    private void Seal()
    {
        int generation;
        lock (_cancellation)
        {
            if (IsTerminal || _status == RunStatus.Suspended || Volatile.Read(ref _awake) != 0 || _waits is not { Count: > 0 }) return;
            _status = RunStatus.Suspended;
            StatusReason = $"waits for {string.Join(", ", _waits.Keys.Take(3))}";
            Append(new RunStatusEntry(JournalEntryKind.RunSuspended, RootPath, reason: StatusReason));
            generation = Generation;
        }

        SignalSettled();
        Runtime.OnSuspended(this, generation);
    }

    /// <summary>Prepares a re-execution from the entries. Under the lock.</summary>
    private void Load()
    {
        _isLoaded = true;
        Replay = new ReplayIndex(_entries.Snapshot());
        Features |= RunFeatures.Replay;
    }

    /// <summary>Takes every open wait out of the run when it ends. Under the lock.</summary>
    private List<OpenWait> WithdrawAll(string reason)
    {
        if (_waits is null) return [];
        var open = _waits.Values.ToList();
        _waits.Clear();
        foreach (var wait in open)
        {
            if (wait.Withdrawal(reason) is { } entry) Append(entry);
            wait.TryDetachWaiter(null);
        }

        return open;
    }
}
