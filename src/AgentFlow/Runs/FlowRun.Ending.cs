using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Cancellation and the end of a run.</content>
public abstract partial class FlowRun
{
    private const string DeadlineExceeded = "DeadlineExceeded";
    /// <summary>The deadline; of a run that is being cancelled, the grace.</summary>
    private IDisposable? _deadline;

    /// <summary>Where the exception that ends the run came from: the innermost scope that saw it.</summary>
    private FailurePlace? _failure;

    /// <summary>
    /// Cancels the run: no effect starts any more, running ones see their token cancelled, bodies that ignore it are left
    /// behind after a grace of 2 seconds. Cancelling an ended run does nothing.
    /// </summary>
    /// <param name="reason">Why; kept in the journal.</param>
    /// <returns>A task that completes when the run has ended.</returns>
    public Task CancelAsync(string reason = "cancelled by the host")
    {
        var last = Last;
        last.RequestCancellation(reason, deadlineExceeded: false);
        return last.IsHeld ? last.CancelHeldAsync() : Ended;
    }

    /// <summary>The run that goes on for this one, or this one.</summary>
    internal abstract FlowRun Last { get; }

    /// <summary>Ends the execution because the process ends. A durable run stays open in the journal and is recovered by the next one.</summary>
    internal Task StopAsync(string reason)
    {
        lock (_cancellation) (_staysOpen, _stops) = (_store is not null, true);
        return CancelAsync(reason);
    }

    /// <summary>Whether the process ends and the run does not: what is said about its end is not stated.</summary>
    internal bool StaysOpen => Volatile.Read(ref _staysOpen);

    /// <summary>Whether the run is to be cancelled: from the request on, although the token follows on the dispatcher.</summary>
    internal bool IsCancelling => (Volatile.Read(ref _halt) & Cancelling) != 0;

    internal void RequestCancellation(string reason, bool deadlineExceeded)
    {
        lock (_cancellation)
        {
            Revive();
            if (IsTerminal || _cancelReason is not null) return;
            _deadlineExceeded = deadlineExceeded;
            _cancelReason = reason;
            Volatile.Write(ref _halt, _halt | Cancelling);
        }

        Runtime.Dispatcher.Dispatch(new Canceller(this));
    }

    internal void StartDeadline()
    {
        if (DeadlineDate is not { } deadline) return;
        _deadline = DateTimer.Start(
            Runtime.Time, Runtime.Dispatcher, deadline, this,
            static state => ((FlowRun)state).RequestCancellation("the deadline was exceeded", deadlineExceeded: true));
    }

    /// <summary>Notes the scope in which an exception was first seen, for the error the caller gets.</summary>
    internal void NoteFailure(Exception exception, StepPath path)
    {
        lock (_cancellation)
        {
            if (_failure?.Exception != exception) _failure = new(exception, path);
        }
    }

    /// <summary>A replay need not consume what was recorded at or below this path.</summary>
    internal void Abandon(StepPath scope)
    {
        if (Replay is not { } replay) return;
        lock (_cancellation) (replay.Abandoned ??= new()).Add(scope);
    }

    /// <summary>A replay need not consume what the step at this path has recorded, in whatever attempt.</summary>
    internal void AbandonStep(StepPath path)
    {
        if (Replay is not { } replay) return;
        lock (_cancellation) (replay.Abandoned ??= new()).AddStep(path);
    }

    /// <summary>Ends the run unless it has ended or the execution that says so is an old one.</summary>
    private protected bool TryEnd(int generation, JournalEntry last, RunStatus status, string? reason, string? errorType = null)
    {
        List<OpenWait> open;
        lock (_cancellation)
        {
            if (IsTerminal || generation != Generation) return false;
            open = WithdrawAll("the run ended");
            UnassignAll();
            Append(last);
            StatusReason = reason;
            _status = status;
        }

        foreach (var wait in open) wait.Close();
        _deadline?.Dispose();
        EndShield();
        Events.Complete();
        if ((Features & RunFeatures.Telemetry) != 0) StopSpans(errorType);
        SignalSettled();
        Runtime.OnEnded(this);

        // Unless the flow itself has ended, nobody has told the policies.
        if (_unsettled is not null) _ = SettleAsync(null, errorType ?? status.ToString()).AsTask();

        // A failed run may have left something behind: a call that nobody awaited, a branch that outlived its join.
        if (status == RunStatus.Failed) Runtime.Dispatcher.Dispatch(new Canceller(this));
        return true;
    }

    /// <summary>The runtime is disposed: nothing in a suspended run goes on. What is durable stays open in the journal.</summary>
    internal void LetGo()
    {
        List<OpenWait> open;
        lock (_cancellation)
        {
            if (_status != RunStatus.Suspended) return;
            Generation++;
            _isLoaded = false;
            open = _waits is null ? [] : [.. _waits.Values];
            _waits = null;
        }

        foreach (var wait in open) wait.Close();
        _deadline?.Dispose();
        Events.Complete();
        Release();
    }

    /// <summary>Lets go of whoever awaits a suspended run.</summary>
    private protected abstract void Release();

    /// <summary>Turns the exception that left the root flow into the run's end. Whatever a cancelled flow throws, it was cancelled.</summary>
    private protected bool TryEndWith(int generation, Exception exception, out Exception seen)
    {
        if (_cancelReason is not null && !_deadlineExceeded)
        {
            // What could not be undone is no secret.
            var saga = exception as SagaException;
            var reason = saga is null ? _cancelReason : $"{_cancelReason} ({saga.Message})";
            seen = new FlowRunCancelledException(Id, reason, saga);
            return TryEnd(generation, new RunStatusEntry(JournalEntryKind.RunCancelled, RootPath, reason: reason), RunStatus.Cancelled, reason);
        }

        var (path, errorType) = Locate(exception);
        if (errorType == DeadlineExceeded) exception = new TimeoutException($"the run did not end within {Options.Deadline}, its RunOptions.Deadline", exception);
        seen = new FlowRunFailedException(Id, path, errorType, exception);
        return TryEnd(generation, new RunStatusEntry(JournalEntryKind.RunFailed, path, reason: $"{errorType}: {exception.Message}"), RunStatus.Failed, exception.Message, errorType);
    }

    /// <summary>Null when everything recorded was asked for again.</summary>
    internal FlowNondeterminismException? UnconsumedOutcome(Exception? failure = null)
    {
        JournalEntry? entry;
        lock (_cancellation) entry = Replay?.FirstUnconsumed(null);
        return entry is null ? null : new FlowNondeterminismException(entry.Path, $"{entry.Kind}", failure is null ? "nothing: the flow ended without asking for it" : $"nothing: the flow failed before asking for it ({failure.Message})");
    }

    /// <summary>
    /// Refuses what a re-executed flow starts anew while the sequence it stands in, or one around its fork, has a recorded outcome that was
    /// not asked for: one that came later then. The flow has taken another path, and the effect would be one that the recorded run did not intend.
    /// </summary>
    internal void RefuseDivergence(StepPath path, string asked)
    {
        if (Replay is not { IsCatchingUp: true } replay) return;
        JournalEntry? entry;
        lock (_cancellation) entry = replay.FirstUnconsumed(replay.SequenceOf(path)) ?? replay.FindAround(path);
        if (entry is not null) throw new FlowNondeterminismException(path, $"{entry.Kind} at '{entry.Path}', which has not been asked for again", $"{asked}, which is not recorded");
    }

    /// <summary>Whether the recorded run had gone on beyond this point, at which nothing is recorded.</summary>
    internal bool HasPassed(StepPath point)
    {
        if (Replay is not { IsBehind: true } replay) return false;
        lock (_cancellation) return replay.HasPassed(point);
    }

    private protected abstract void EndCancelled(int generation);

    private (StepPath Path, string ErrorType) Locate(Exception exception)
    {
        if (_deadlineExceeded && exception is OperationCanceledException) return (RootPath, DeadlineExceeded);
        if (exception is EffectFailedException effect) return (effect.Path, effect.ErrorType);
        var path = _failure is { } failure && failure.Exception == exception ? failure.Path : RootPath;
        return (path, exception.GetType().FullName!);
    }

    /// <summary>Cancels; what the callbacks of bodies throw must not reach those who have nothing to do with it.</summary>
    internal void CancelScope(CancellationTokenSource scope)
    {
        try
        {
            scope.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The scope has ended meanwhile: there is nothing left to cancel.
        }
        catch (AggregateException exception)
        {
            RunLog.CancellationCallbackThrew(Runtime.Logger, Id, exception);
        }
    }

    private void Cancel()
    {
        CancelScope(_cancellation);
        ReleaseHeld();
        bool isIdle;
        int generation;
        bool isToUndo;
        lock (_cancellation)
        {
            if (IsTerminal) return;
            generation = Generation;
            isIdle = !_isLoaded;
            isToUndo = isIdle && TryLoadToUndo();
        }

        if (isToUndo)
        {
            ArmGrace(Runtime.Options.CancellationGrace);
            Runtime.Dispatcher.Dispatch(this);
            return;
        }

        if (isIdle)
        {
            EndCancelled(generation);
            return;
        }

        ArmGrace(Runtime.Options.CancellationGrace);
    }

    private void ArmGrace(TimeSpan grace)
    {
        lock (_cancellation)
        {
            _deadline?.Dispose();
            if (!IsTerminal) _deadline = Runtime.Time.CreateTimer(static state => ((FlowRun)state!).EndAfterGrace(), this, grace, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Flow code that never came back (a body that blocks its thread) does not hold the run; what is undone does, for a while.</summary>
    private void EndAfterGrace()
    {
        if (!MayStillUndo()) EndCancelled(Generation);
    }

    private sealed record FailurePlace(Exception Exception, StepPath Path);

    private sealed class Canceller(FlowRun run) : IThreadPoolWorkItem
    {
        public void Execute() => run.Cancel();
    }
}
