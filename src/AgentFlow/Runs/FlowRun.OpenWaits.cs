using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>What the run waits for: opening, resolving and withdrawing, each exactly once.</content>
public abstract partial class FlowRun
{
    private Dictionary<StepPath, OpenWait>? _waits;
    private Dictionary<StepPath, ApprovalDecision>? _early;

    /// <summary>What continues when the run has got back its place among the executing ones.</summary>
    private List<IThreadPoolWorkItem>? _held;

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
            superseded?.Supersede(wait);
            _waits[wait.Path] = wait;
        }

        isNew = superseded is null;
        return true;
    }

    /// <summary>Resolves a wait exactly once and wakes its branch, which continues on the dispatcher.</summary>
    /// <returns>False when it had been resolved or withdrawn before.</returns>
    internal bool TryResolve(StepPath path, ApprovalDecision decision, Func<OpenWait, JournalEntry> resolution)
    {
        OpenWait? wait;
        IThreadPoolWorkItem? continuation;
        bool isResumed;
        lock (_cancellation)
        {
            Revive();
            if (IsTerminal || _waits is null || !_waits.Remove(path, out wait)) return false;
            Append(resolution(wait));
            continuation = TakeContinuation(wait, decision);
            isResumed = TryMarkResumed();
            if (isResumed && !_isLoaded)
            {
                Load();
                continuation = this;
            }
        }

        wait.Close();
        Continue(continuation, isResumed);
        return true;
    }

    /// <summary>Removes a wait whose branch was cancelled.</summary>
    internal bool TryWithdraw(OpenWait wait, string reason)
    {
        IThreadPoolWorkItem? continuation;
        bool isResumed;
        lock (_cancellation)
        {
            if (!_isLoaded || !TryTake(wait)) return false;
            if (wait.Withdrawal(reason) is { } entry) Append(entry);
            continuation = TakeContinuation(wait, null);
            isResumed = TryMarkResumed();
        }

        wait.Close();
        Continue(continuation, isResumed);
        return true;
    }

    /// <summary>Removes a wait that holds no branch and is of no use any more.</summary>
    /// <returns>False when it had been resolved before.</returns>
    internal bool TryClose(OpenWait wait)
    {
        lock (_cancellation)
        {
            if (!TryTake(wait)) return false;
        }

        wait.Close();
        return true;
    }

    /// <summary>The run has its place among the executing ones, or needs none: everything that waited for it goes on.</summary>
    internal void ReleaseHeld()
    {
        List<IThreadPoolWorkItem>? held;
        lock (_cancellation)
        {
            held = _held;
            _held = null;
        }

        if (held is null) return;
        foreach (var continuation in held) Runtime.Dispatcher.Dispatch(continuation);
    }

    /// <summary>Executes the run, which came from a journal.</summary>
    /// <param name="isWoken">Whether it goes back to where it waits: that takes no place, and announces nothing again.</param>
    internal void Recover(bool isWoken)
    {
        lock (_cancellation)
        {
            _isWoken = isWoken;
            if (!isWoken && !Runtime.Admission.IsUnlimited) _held = [];
        }

        Continue(this, isResumed: !isWoken);
    }

    private bool TryTake(OpenWait wait)
    {
        if (IsTerminal || _waits is null || _waits.GetValueOrDefault(wait.Path) != wait) return false;
        return _waits.Remove(wait.Path);
    }

    /// <summary>Wakes the branch and takes what continues it; an answer that a re-execution has not asked for yet is kept for it. Under the lock.</summary>
    private OpenWait? TakeContinuation(OpenWait wait, ApprovalDecision? decision)
    {
        Wake();
        if (wait.TryDetachWaiter(decision)) return wait;
        if (decision is not null) (_early ??= [])[wait.Path] = decision;
        return null;
    }

    /// <summary>A run that was suspended has given up its place and needs one before anything in it goes on.</summary>
    private void Continue(IThreadPoolWorkItem? continuation, bool isResumed)
    {
        if (continuation is null)
        {
            Rest();
            return;
        }

        if (Runtime.Admission.IsUnlimited || !TryHold(continuation)) Runtime.Dispatcher.Dispatch(continuation);
        if (isResumed && !Runtime.Admission.IsUnlimited) Runtime.Readmit(this);
    }

    private bool TryHold(IThreadPoolWorkItem continuation)
    {
        lock (_cancellation)
        {
            _held?.Add(continuation);
            return _held is not null;
        }
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
