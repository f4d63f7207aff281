using AgentFlow.Journaling;
using AgentFlow.Scheduling;

namespace AgentFlow;

/// <content>Starting and re-executing the flow's code.</content>
public abstract partial class FlowRun
{
    private int _hasPlace;
    private DispatchedSignal<bool>? _settledOnce;

    /// <summary>Runs the flow from its root. The caller has woken the branch that this is.</summary>
    internal abstract void Execute();

    void IThreadPoolWorkItem.Execute() => Execute();

    internal void MarkQueued() => _status = RunStatus.Queued;

    /// <summary>Wakes whoever waits for the run to settle. After the status has changed.</summary>
    private void SignalSettled()
    {
        DispatchedSignal<bool>? settled;
        lock (_cancellation)
        {
            settled = _settledOnce;
            _settledOnce = null;
        }

        settled?.Give(true);
    }

    /// <summary>False when the run has ended, or is about to be cancelled, before it has started.</summary>
    internal bool TryMarkRunning()
    {
        lock (_cancellation)
        {
            if (IsTerminal || IsCancelling) return false;
            _status = RunStatus.Running;
            return _isLoaded = true;
        }
    }

    private protected bool TryRefuse(string reason)
    {
        lock (_cancellation)
        {
            if (IsTerminal) return false;
            (StatusReason, _status) = (reason, RunStatus.Failed);
        }

        Events.Complete();
        SignalSettled();
        return true;
    }

    /// <summary>The run takes up, or gives back, one of the places that <c>MaxConcurrentRuns</c> limits. Exactly once each.</summary>
    internal void TakePlace() => Interlocked.Exchange(ref _hasPlace, 1);

    /// <inheritdoc cref="TakePlace"/>
    internal bool LeavePlace() => Interlocked.Exchange(ref _hasPlace, 0) == 1;

    /// <summary>Completes when the run has ended or is suspended.</summary>
    internal async Task SettledAsync(CancellationToken cancellationToken)
    {
        while (_status is RunStatus.Running or RunStatus.Queued)
        {
            DispatchedSignal<bool> settled;
            lock (_cancellation)
            {
                if (_status is not (RunStatus.Running or RunStatus.Queued)) return;
                settled = _settledOnce ??= new(Runtime.Dispatcher);
            }

            await settled.WaitAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Continues from entries of another run, as if this one had written them: for replay of a stored prefix.</summary>
    internal void Adopt(IReadOnlyList<JournalEntry> prefix)
    {
        _store = null;
        Started.Ticks = prefix[0].Ticks;
        foreach (var entry in prefix)
        {
            if (entry is not (RunStartedEntry or RunStatusEntry { Kind: >= JournalEntryKind.RunCompleted and <= JournalEntryKind.RunCancelled })) _entries.Append(entry.Detached());
        }

        _signals = SignalLog.From(prefix);
        _halt = HaltOf(prefix);
        _effects = prefix.Count(entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true });
        Replay = new ReplayIndex(_entries.Snapshot());
        Features |= RunFeatures.Replay;
    }

    /// <summary>Begins with entries of another run, which this one writes as its own.</summary>
    internal void AdoptForked(IReadOnlyList<JournalEntry> entries)
    {
        var store = _store;
        Adopt([Started, .. entries]);
        _store = store;
        if (store is null) return;
        foreach (var entry in entries) store.Add(entry);
    }

    private protected void AdoptEnd(IReadOnlyList<JournalEntry> stored)
    {
        _store = null;
        Started.Ticks = stored[0].Ticks;
        foreach (var entry in stored.Skip(1)) _entries.Append(entry);
        _status = stored[^1].Kind switch
        {
            JournalEntryKind.RunCompleted => RunStatus.Completed,
            JournalEntryKind.RunCancelled => RunStatus.Cancelled,
            _ => RunStatus.Failed,
        };
        StatusReason = (stored[^1] as RunStatusEntry)?.Reason;
        Events.Complete();
    }

    /// <summary>Continues from stored entries: this process writes from here on, under an epoch of its own.</summary>
    internal void Restore(IReadOnlyList<JournalEntry> stored, long epoch)
    {
        Adopt(stored);
        IsRestored = true;
        _store = new RunStore(Runtime.Options.Journal!, Id, Runtime, epoch, stored.Count);
        Append(new RunStatusEntry(JournalEntryKind.RunResumed, RootPath, reason: "recovered"));
    }
}
