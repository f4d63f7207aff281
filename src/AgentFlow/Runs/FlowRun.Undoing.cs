using AgentFlow.Journaling;
using AgentFlow.Scheduling;

namespace AgentFlow;

/// <content>
/// Sagas: while one is open, the run does not end before what it did is undone, except that a cancelled run has a limit for it. What
/// undoes is shielded from the cancellation of its scope and of the run.
/// </content>
public abstract partial class FlowRun
{
    private bool _stops;
    private SagaState? _sagas;

    /// <summary>Whether something may have to be undone.</summary>
    internal bool HasOpenSagas => Volatile.Read(ref _sagas) is { Open.Count: > 0 };

    /// <summary>Why the run is cancelled; null when it is not, or when its deadline is what ends it.</summary>
    internal string? CancelReason => _deadlineExceeded ? null : _cancelReason;

    /// <summary>Whether something is being undone.</summary>
    private bool IsUndoing => Volatile.Read(ref _sagas) is { Undoing: > 0 };

    /// <summary>From here on something may have to be undone.</summary>
    /// <returns>The execution to which the saga belongs.</returns>
    internal int OpenSaga(StepPath path)
    {
        lock (_cancellation)
        {
            (_sagas ??= new()).Open.Add(path);
            return Generation;
        }
    }

    /// <summary>Whether a saga is open in one of some scopes.</summary>
    internal bool HasOpenSagaIn(IEnumerable<StepPath> scopes)
    {
        if (!HasOpenSagas) return false;
        StepPath[] plain = [.. scopes.Select(static scope => scope.WithoutAttempts())];
        lock (_cancellation) return _sagas!.Open.Exists(saga => Array.Exists(plain, saga.WithoutAttempts().IsWithin));
    }

    /// <summary>Nothing has to be undone any more.</summary>
    /// <param name="path">The saga.</param>
    /// <param name="generation">What <see cref="OpenSaga"/> returned.</param>
    /// <param name="wasUndone">Whether <see cref="BeginUndo"/> was called.</param>
    internal void CloseSaga(StepPath path, int generation, bool wasUndone)
    {
        DispatchedSignal<bool>? closed = null;
        bool isCancelled;
        lock (_cancellation)
        {
            if (generation != Generation) return;
            if (wasUndone) _sagas!.Undoing--;
            _sagas!.Open.Remove(path);
            if (_sagas.Open.Count > 0) return;
            (closed, _sagas.Closed) = (_sagas.Closed, null);
            isCancelled = _cancelReason is not null && _cancellation.IsCancellationRequested;
        }

        if (isCancelled) ArmGrace(Runtime.Options.CancellationGrace);
        closed?.Give(true);
    }

    /// <summary>Undoing begins: the token that ends it, at the latest with the run.</summary>
    internal CancellationToken BeginUndo()
    {
        lock (_cancellation)
        {
            // The wait of a suspended run was withdrawn, and it does something again.
            if (_status == RunStatus.Suspended)
            {
                _status = RunStatus.Running;
                Append(new RunStatusEntry(JournalEntryKind.RunResumed, RootPath, reason: UndoReason));
            }

            _sagas!.Undoing++;
            _sagas.Shield ??= new();
            if (IsTerminal) _sagas.Shield.Cancel();
            return _sagas.Shield.Token;
        }
    }

    private const string UndoReason = "to undo what was done";

    /// <summary>Completes when everything that branches left behind is undone.</summary>
    private protected async ValueTask UndoneAsync()
    {
        DispatchedSignal<bool> closed;
        lock (_cancellation)
        {
            if (_sagas is not { Open.Count: > 0 } sagas || IsTerminal) return;
            closed = sagas.Closed ??= new(Runtime.Dispatcher);
        }

        await closed.WaitAsync().ConfigureAwait(false);
    }

    /// <summary>An unloaded run that is cancelled is executed again for what it must undo: it takes what is recorded, and nothing else starts. Under the lock.</summary>
    private bool TryLoadToUndo()
    {
        if (!HasOpenSagas || _stops) return false;
        _status = RunStatus.Running;
        StatusReason = null;
        Append(new RunStatusEntry(JournalEntryKind.RunResumed, RootPath, reason: UndoReason));
        Wake();
        Load();
        return true;
    }

    /// <summary>An execution begins: its sagas open again. Under the lock.</summary>
    private void ForgetSagas()
    {
        if (_sagas is not { } sagas) return;
        sagas.Open.Clear();
        sagas.Undoing = 0;
    }

    /// <summary>Whether the run, whose grace is over, has more time because it undoes.</summary>
    private bool MayStillUndo()
    {
        lock (_cancellation)
        {
            if (_stops || _sagas is not { Open.Count: > 0 } sagas || IsTerminal || sagas.HasHadItsTime) return false;
            sagas.HasHadItsTime = true;
        }

        ArmGrace(Runtime.Options.UndoGrace);
        return true;
    }

    /// <summary>The run has ended: so does what it undoes.</summary>
    private void EndShield()
    {
        DispatchedSignal<bool>? closed;
        CancellationTokenSource? shield;
        lock (_cancellation) (closed, shield) = (_sagas?.Closed, _sagas?.Shield);
        if (shield is not null) CancelScope(shield);
        closed?.Give(true);
    }

    /// <summary>What only runs with sagas have.</summary>
    private sealed class SagaState
    {
        public List<StepPath> Open { get; } = [];

        public int Undoing { get; set; }

        public bool HasHadItsTime { get; set; }

        public CancellationTokenSource? Shield { get; set; }

        public DispatchedSignal<bool>? Closed { get; set; }
    }
}
