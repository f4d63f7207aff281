using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>
/// Signals: an entry for every one that comes, a decision for every one that a wait takes later. Of one name the first signal goes to
/// the first wait. While a wait is open no signal of its name is left over.
/// </content>
public abstract partial class FlowRun
{
    private SignalLog? _signals;

    /// <summary>Waits for a signal, or returns the recorded one; null when it did not come in time.</summary>
    internal async ValueTask<SignalReceivedEntry?> WaitForAsync(FlowContext scope, StepPath path, string signal, Type? type, TimeSpan? timeout)
    {
        if (TakenAt(scope, path) is { } recorded) return recorded;
        var timer = Replay?.Timer(path);
        if (timer?.Kind == JournalEntryKind.TimerFired) return null;
        scope.ThrowIfCancelled();
        if (timer is null && Replay?.WaitingSince(path) is null)
        {
            RefuseDivergence(path, $"a wait for signal '{signal}'");
            RefuseOverflow(path);
        }

        var now = Runtime.Time.GetUtcNow();
        var wait = new OpenSignal(this, path, signal, type, timer?.Due ?? now + timeout);
        ValueTask<ApprovalDecision> answer;
        TaskCompletionSource? expected = null;
        lock (_cancellation)
        {
            if (_signals?.First(signal) is { } number)
            {
                if (IsTerminal || scope.IsDead) throw new OperationCanceledException(CancellationToken);
                var taken = _signals.Take(number, path);
                Append(new DecisionMadeEntry<int>(path, DecisionKind.Signal, number, $"signal '{signal}' had come") { Label = taken.Label });
                return taken;
            }

            answer = wait.Attach(Generation);
            wait.Turn = (Replay?.WaitingSince(path) ?? now, ++(_signals ??= new()).Turns);
            if (!TryOpen(wait, timer is null && timeout is not null ? new TimerEntry(JournalEntryKind.TimerSet, path, (now + timeout).Value) : null, out var early, out _)) return (SignalReceivedEntry?)early!.Value;
            _signals.Expected?.Remove(signal, out expected);
        }

        expected?.SetResult();
        wait.Watch(scope.CancellationToken);
        wait.Start();
        Rest();
        return (SignalReceivedEntry?)(await answer.ConfigureAwait(false)).Value;
    }

    /// <summary>Keeps a signal, and gives it to the wait that is open for it.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="isChecked">Whether a value that the wait does not take is refused, and not the wait's failure.</param>
    /// <returns>False when it is known by its key.</returns>
    /// <exception cref="RunEndedException">The run has ended.</exception>
    /// <exception cref="SignalMismatchException">The open wait takes another type.</exception>
    internal bool Receive(SignalReceivedEntry signal, bool isChecked = true)
    {
        OpenSignal? wait;
        IThreadPoolWorkItem? continuation = null;
        var isResumed = false;
        int? suspended = null;
        lock (_cancellation)
        {
            ObjectDisposedException.ThrowIf(Runtime.IsDisposed, Runtime);
            Revive();
            if (_signals?.Knows(signal.Signal, signal.Key) == true) return false;
            ThrowIfEnded();
            wait = _waits?.Values.OfType<OpenSignal>().Where(open => open.Signal == signal.Signal).MinBy(static open => open.Turn);
            if (isChecked) wait?.Check(signal);
            if (wait is not null) signal = signal.At(wait.Path);
            Append(signal);
            (_signals ??= new()).Add(signal);
            if (wait is not null)
            {
                _waits!.Remove(wait.Path);
                continuation = TakeContinuation(wait, ApprovalDecision.Answer(signal));
                isResumed = TryMarkResumed();
                if (isResumed && !_isLoaded)
                {
                    Load();
                    continuation = this;
                }
            }
            else if (_status == RunStatus.Suspended)
            {
                suspended = SuspendAgain();
            }
        }

        wait?.Close();
        if (wait is not null) Continue(continuation, isResumed);
        if (suspended is not null) Runtime.OnSuspended(this, suspended);
        return true;
    }

    /// <summary>Whether a signal with this key has come.</summary>
    internal bool HasReceived(string signal, string? key)
    {
        if (key is null) return false;
        lock (_cancellation) return _signals?.Knows(signal, key) == true;
    }

    internal void ThrowIfEnded()
    {
        if (!IsTerminal) return;
        throw _staysOpen ? new RuntimeStoppingException(this) : new RunEndedException(Id, _status);
    }

    /// <summary>Completes when a run that has come back from the journal waits for this signal.</summary>
    internal Task ExpectWaitAsync(string signal)
    {
        lock (_cancellation)
        {
            if (!_isWoken || IsTerminal || _waits?.Values.Any(wait => wait is OpenSignal open && open.Signal == signal) == true) return Task.CompletedTask;
            var waits = (_signals ??= new()).Expected ??= new(StringComparer.Ordinal);
            if (!waits.TryGetValue(signal, out var expected)) waits[signal] = expected = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return expected.Task;
        }
    }

    internal List<(string Signal, StepPath Path)> AwaitedSignals()
    {
        lock (_cancellation) return _waits is null ? [] : [.. _waits.Values.OfType<OpenSignal>().OrderBy(static open => open.Turn).Select(static open => (open.Signal, open.Path))];
    }

    private SignalReceivedEntry? TakenAt(FlowContext scope, StepPath path)
    {
        lock (_cancellation)
        {
            if (_signals?.At(path) is { } taken) return taken;
        }

        // Refuses a place where something else was decided.
        scope.TryRecorded<int>(path, DecisionKind.Signal, out _);
        return null;
    }
}
