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
    /// <param name="path">Where the branch waits.</param>
    /// <param name="decision">What it is told.</param>
    /// <param name="resolution">The entry that states it; null when the wait is not what the caller has seen.</param>
    /// <param name="resolved">Called once it is stated, under the lock.</param>
    /// <returns>False when it had been resolved or withdrawn before.</returns>
    internal bool TryResolve(StepPath path, ApprovalDecision decision, Func<OpenWait, JournalEntry?> resolution, Action<OpenWait>? resolved = null) =>
        TryResolve(path, () => decision, resolution, resolved);

    /// <inheritdoc cref="TryResolve(StepPath, ApprovalDecision, Func{OpenWait, JournalEntry?}, Action{OpenWait}?)"/>
    private bool TryResolve(StepPath path, Func<ApprovalDecision> decision, Func<OpenWait, JournalEntry?> resolution, Action<OpenWait>? resolved = null)
    {
        OpenWait? wait;
        IThreadPoolWorkItem? continuation;
        bool isResumed;
        lock (_cancellation)
        {
            if (IsTerminal || _waits is null || !_waits.TryGetValue(path, out wait) || resolution(wait) is not { } entry || !TryRevive()) return false;

            // An answer that the journal cannot keep leaves the wait as it is.
            Append(entry);
            _waits.Remove(path);
            resolved?.Invoke(wait);
            continuation = TakeContinuation(wait, decision());
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

    /// <summary>Applies what somebody does with a request to what they have seen.</summary>
    /// <returns>False when it is resolved, or stands otherwise by now.</returns>
    internal bool TryChange(OpenRequest open, RequestStatus seen, RequestChange change, out RequestStatus now)
    {
        now = seen;
        int? suspended = null;
        lock (_cancellation)
        {
            if (IsTerminal || _waits?.GetValueOrDefault(open.Path) is not OpenRequest wait || !ReferenceEquals(wait.Status, seen) || !TryRevive()) return false;
            if (change.Kind == RequestChangeKind.Escalated) change = change with { To = $"{wait.Request.Terms.Escalation[seen.Level]}" };
            var entry = new RequestChangedEntry(wait.Path, wait.Request.Id, change);
            Append(entry);
            now = wait.Case.Status = seen.After(entry.Change);
            wait.Case.TellChanged(now, entry.Change);
            if (now.DueAt != seen.DueAt) wait.Arm();
            if (_status == RunStatus.Suspended)
            {
                suspended = SuspendAgain();
            }
        }

        if (suspended is not null) Runtime.OnSuspended(this, suspended);
        return true;
    }

    /// <summary>Whether a request waits for an answer still.</summary>
    internal bool IsOpen(OpenRequest open)
    {
        lock (_cancellation) return !IsTerminal && _waits?.GetValueOrDefault(open.Path) is OpenRequest wait && wait.Case == open.Case;
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

    /// <summary>Removes a request that the flow, executed again, does not ask any more: no branch rests there.</summary>
    private void WithdrawChanged(ApprovalRequest request)
    {
        const string Reason = "what was asked has changed";
        OpenWait? wait = null;
        lock (_cancellation)
        {
            if (IsTerminal || Replay?.Resolved(request.Path) is not null) return;
            _early?.Remove(request.Path);
            if (_waits?.Remove(request.Path, out wait) == true) Append(wait.Withdrawal(Reason)!);
            else Append(new RequestResolvedEntry(request.Path, request.Id, ApprovalDecision.Withdraw(Reason), null));
        }

        wait?.Close();
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
        if (decision is not null && !decision.IsReplacement) (_early ??= [])[wait.Path] = decision;
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
