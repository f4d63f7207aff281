using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// One saga in a run. That it is to be undone is recorded before anything is (at <c>name/(undo)</c>), and what came of it after
/// (<c>name/(undone)</c>): a crash in between goes on undoing.
/// </summary>
internal sealed class Saga(FlowContext scope, SagaStep[] steps)
{
    /// <summary>The segments at which a saga says that it has begun, why it is undone, and what came of that.</summary>
    public const string Begun = "(saga)";

    /// <inheritdoc cref="Begun"/>
    public const string Undo = "(undo)";

    /// <inheritdoc cref="Begun"/>
    public const string Undone = "(undone)";

    private readonly List<(SagaStep Step, object? Input, object? Result)> _done = new(steps.Length);
    private readonly StepPath _undo = scope.Path.Child(Undo);
    private Exception? _cause;
    private bool _undoes;

    public async ValueTask<object?> RunAsync(object? value)
    {
        scope.Decide(scope.Path.Child(Begun), DecisionKind.Value, steps.Length, static steps => steps, $"{steps.Count(step => step.HasUndo)} of {steps.Length} steps can be undone");
        var generation = scope.Run.OpenSaga(scope.Path);
        try
        {
            var isDecided = scope.TryRecorded<SagaEnd>(_undo, DecisionKind.Value, out var end);
            var (result, failed) = await DoAsync(value, isDecided ? end : null).ConfigureAwait(false);
            if (failed is null) return result;
            if (isDecided && failed is { IsCancelled: false }) scope.Run.AbandonStep(steps[failed.Done].PathIn(scope.Path));
            if (isDecided && failed.IsRunCancelled) scope.Run.RequestCancellation(failed.Message, deadlineExceeded: false);
            throw await UndoAsync(failed).ConfigureAwait(false);
        }
        finally
        {
            scope.Run.CloseSaga(scope.Path, generation, _undoes);
        }
    }

    /// <summary>Does the steps; on replay of a saga that was to be undone, those that had completed.</summary>
    private async ValueTask<(object? Result, SagaEnd? Failed)> DoAsync(object? value, SagaEnd? recorded)
    {
        foreach (var step in steps)
        {
            if (recorded?.Done == _done.Count) return (null, recorded);
            object? result;
            try
            {
                result = await step.DoAsync(scope, value).ConfigureAwait(false);
            }
            catch (Exception exception) when (!Resilience.IsBrokenContract(exception) && !scope.Run.StaysOpen)
            {
                _cause = exception;
                return (null, Decide(step, exception));
            }

            _done.Add((step, value, result));
            value = result;
        }

        return (value, null);
    }

    private SagaEnd Decide(SagaStep step, Exception exception)
    {
        var isCancelled = exception is OperationCanceledException;
        var isRun = isCancelled && scope.Run.IsCancelling;
        var message = isCancelled ? scope.Run.CancelReason ?? "its scope was cancelled" : EffectOutcome.MessageOf(exception);
        var end = new SagaEnd(_done.Count, step.Name, isCancelled ? "Cancelled" : EffectOutcome.TypeOf(exception), message, isCancelled, isRun && scope.Run.CancelReason is not null);

        // Not by way of a scope that is cancelled, perhaps.
        scope.Run.Append(new DecisionMadeEntry<SagaEnd>(_undo, DecisionKind.Value, end, EntryText.Cut($"'{step.Name}' {(isCancelled ? "was cancelled" : $"failed with {end.ErrorType}")}: {message}")) { Label = scope.Label });
        return end;
    }

    private async ValueTask<Exception> UndoAsync(SagaEnd end)
    {
        var token = scope.Run.BeginUndo();
        _undoes = true;
        var shielded = new FlowContext(scope.Run, _undo, token, scope.Label, scope.Lane, scope.Owner, scope.Span, depth: scope.Depth + 1) { State = scope.State, IsShielded = true };
        var (undone, lost) = await ChildScope.RunInAsync(shielded, scope, this, static (saga, inside) => saga.UndoAllAsync(inside)).ConfigureAwait(false);
        var failure = new SagaException(scope.Path, end, undone, lost, _cause);
        shielded.Decide(scope.Path.Child(Undone), DecisionKind.Value, undone.Count, static count => count, EntryText.Cut(failure.Message));
        if (!end.IsCancelled || lost.Count > 0) return VerbCode.At(scope, scope.Path, failure);
        return _cause ?? new ScopeCancelledException(scope.CancellationToken);
    }

    private async ValueTask<(List<string> Undone, List<FailedParticipant> Lost)> UndoAllAsync(FlowContext inside)
    {
        List<string> undone = [];
        List<FailedParticipant> lost = [];
        for (var i = _done.Count - 1; i >= 0; i--)
        {
            var (step, input, result) = _done[i];
            if (!step.HasUndo) continue;
            try
            {
                await step.UndoAsync(inside, input, result).ConfigureAwait(false);
                undone.Add(step.Name);
            }
            catch (Exception exception) when (Participant.HasFailed(exception))
            {
                lost.Add(new(step.Name, EffectOutcome.TypeOf(exception), EffectOutcome.MessageOf(exception)));
            }
        }

        return (undone, lost);
    }
}
