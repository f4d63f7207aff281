using System.Diagnostics;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Scheduling;
using Polly;

namespace AgentFlow;

/// <summary>One effect on the long way through the gate; see <see cref="EffectGate{TIn,TOut}"/> for the order.</summary>
internal sealed partial class EffectCall<TIn, TOut>(EffectStep<TIn, TOut> step, FlowContext scope, StepPath path, TIn input) : IWaitsInGate
{
    private readonly FlowRun _run = scope.Run;

    /// <summary>Taken before the body could change it; boxed, because runs in memory have none.</summary>
    private readonly object? _given = (scope.Features & RunFeatures.Durable) != 0 && scope.Run.Runtime.Options.ChecksInputs ? step.PrintOf(input, scope.Run.Runtime) : null;
    private PolicySubject<TIn>? _subject;
    private PolicyCall? _policies;
    private TIn _input = input;
    private int _attempts;

    public async ValueTask<TOut> RunAsync()
    {
        scope.ThrowIfCancelled();
        if (step.Plan.RepeatsIrreversible || step.Plan.IsTooPatient) throw DefinitionCheck.Defects(step, path);
        _run.RefuseDivergence(path, step.ToString());
        _run.RefuseOverflow(path);
        TOut result;
        try
        {
            if (_run.Replay?.Intents(path) is > 0 and var intents)
            {
                var decision = await UncertainEffect.AskAsync(step, scope, path, _input, intents).ConfigureAwait(false);
                _attempts = intents;
                if (decision.Outcome == ApprovalOutcome.Answered) return await FinishAsync(step.Given(decision.Value, _run.Runtime.Json)).ConfigureAwait(false);
            }

            if (step.Plan.MayAsk || _run.Runtime.Policies.Covers(step.Operation)) await JudgeRequestAsync().ConfigureAwait(false);
            if (!_run.TryReserveEffect()) throw new EffectFailedException("EffectLimitExceeded", $"the run may execute {_run.Options.MaxEffects} effects (RunOptions.MaxEffects)", path);
            result = await ((scope.Features & RunFeatures.Telemetry) == 0 ? AttemptAllAsync() : TraceAsync()).ConfigureAwait(false);
            if ((scope.Features & RunFeatures.RoundTrip) != 0) result = RoundTrip.Copy(result, _run.Runtime.Json, path);
        }
        catch (EffectReplacedException replaced)
        {
            if (_policies is not null) await _policies.SettleAsync(replaced.Result, null, null).ConfigureAwait(false);
            return (TOut)replaced.Result!;
        }
        catch (Exception exception)
        {
            var detail = step.DetailOf(_input, default, _run);
            if (_policies is not null) await _policies.SettleAsync(null, detail, EffectOutcome.TypeOf(exception)).ConfigureAwait(false);
            if (_attempts > 0) scope.Raise(LabelOfOutcome());
            throw EffectOutcome.Fail(scope, step, path, exception, Math.Max(1, _attempts), detail, _attempts > 0 ? LabelOfOutcome() : null, _given as InputPrint?);
        }

        return await FinishAsync(result).ConfigureAwait(false);
    }

    /// <summary>What an operator must know to stand in for the effect while it waits.</summary>
    public WaitingEffect Waiting => new WaitingEffect<TIn, TOut>(step, path, _input, scope.Label);

    private async ValueTask JudgeRequestAsync()
    {
        _policies = PolicyCall.Begin(_run, path, step.Operation, step.Name, scope.Owner);
        _policies.Effect = this;
        _policies.Facts.Effect = step.Plan.Effect;
        step.DescribeTo(_policies.Facts, _input);
        _subject = step.SubjectOf(_input, scope.Label);
        await _policies.RequestAsync(_subject, mayAsk: true, scope.CancellationToken).ConfigureAwait(false);
        _input = Discharge(_policies, _subject.Value);
    }

    private TIn Discharge(PolicyCall policies, TIn input)
    {
        foreach (var duty in policies.Duties)
        {
            if (!step.TryDischarge(duty, ref input)) throw new PolicyDeniedException($"obligation '{duty.Name}' cannot be discharged by step '{step.Name}'", path);
        }

        return input;
    }

    /// <summary>Settle, policy(result), journal(outcome). The effect has happened: whatever follows, its outcome is journaled.</summary>
    private async ValueTask<TOut> FinishAsync(TOut result)
    {
        var detail = step.DetailOf(_input, result, _run);
        var label = LabelOfOutcome();
        Exception? withheld = null;
        if (_policies is not null)
        {
            await _policies.SettleAsync(result, detail, null).ConfigureAwait(false);
            try
            {
                _policies.Facts.Outcome = detail;
                result = await _policies.ResultAsync(new PolicySubject<TOut>(result, label), scope.CancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is PolicyDeniedException or OperationCanceledException)
            {
                withheld = exception;
            }

            label = LabelOfOutcome();
        }

        scope.Raise(label);
        try
        {
            if (withheld is not null) detail = (detail ?? new()) with { Withheld = withheld is PolicyDeniedException denied ? denied.Reason : "the branch was cancelled before the policies had judged the result" };
            _run.Append(_given is InputPrint given
                ? new CheckedEffectCompletedEntry<TOut>(path, step.Name, result, given) { Label = label, Detail = detail, Attempt = _attempts }
                : new EffectCompletedEntry<TOut>(path, step.Name, result) { Label = label, Detail = detail, Attempt = Math.Max(1, _attempts) });
        }
        catch (PayloadException exception)
        {
            throw EffectOutcome.Fail(scope, step, path, exception, _attempts, detail, given: _given as InputPrint?);
        }

        if (withheld is not null) throw withheld;
        step.OnReleased(_input, result, _run, path);
        return result;
    }

    /// <summary>What whoever gets the result, or the message of a failure, has seen.</summary>
    private Label? LabelOfOutcome() => Label.Join(Label.Join(scope.Label, step.Plan.Source), _policies?.RaisedLabel);

    private async ValueTask<TOut> TraceAsync()
    {
        scope.Span?.MakeCurrent();
        var span = Observers.Guard(this, static call => call.StartSpan());
        try
        {
            var result = await AttemptAllAsync().ConfigureAwait(false);
            if (span is not null) step.EndSpan(span, _input, result);
            return result;
        }
        catch (Exception exception)
        {
            RunTelemetry.Fail(span, exception);
            throw;
        }
        finally
        {
            RunTelemetry.Stop(span);
        }
    }

    private Activity? StartSpan() => step.StartSpan(_input, scope, path);

    private ValueTask<TOut> AttemptTurnAsync()
    {
        if (step.Plan.Resilience is null) return AttemptAsync(scope.CancellationToken);
        var pipeline = _run.Runtime.PipelineOf<TOut>(step.Plan);
        return pipeline.ExecuteAsync(static (call, token) => call.AttemptAsync(token), this, scope.CancellationToken);
    }

    private async ValueTask<TOut> AttemptAsync(CancellationToken cancellationToken)
    {
        while (_run.IsPaused) await _run.WhilePausedAsync(Waiting, path.Child("(paused)", _attempts + 1), cancellationToken).ConfigureAwait(false);
        var attempt = Interlocked.Increment(ref _attempts);
        if (attempt > 1 && _policies is not null)
        {
            await _policies.RetryAsync(_subject!, attempt, cancellationToken).ConfigureAwait(false);
            _input = Discharge(_policies, _subject!.Value);
        }

        var slot = await AcquireSlotAsync(cancellationToken).ConfigureAwait(false);
        var body = new AttemptBody<TIn, TOut>(step, scope, _input, new AttemptScope(_run, path, attempt) { Slot = slot }, slot);
        try
        {
            if (step.Plan.Effect == EffectClass.Irreversible) _run.Append(new EffectIntendedEntry(path, attempt));
            if (_run.Events.IsEnabled) _run.Events.Publish(new EffectStarted(path, attempt));

            // Whatever this effect could have seen is durable before it starts: earlier results, and its own intent.
            await _run.FlushAsync().ConfigureAwait(false);
            scope.ThrowIfCancelled();
            if (step.Plan.Timeout is null) return await body.RunAsync(cancellationToken).ConfigureAwait(false);
            return await _run.Runtime.TimeoutOf(step.Plan)
                .ExecuteAsync(static (attempt, token) => attempt.RunAsync(token), body, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Observed(slot, exception))
        {
            throw;
        }
        catch (Exception exception) when (step.Plan.Repeats(attempt - _attemptsBefore, exception, cancellationToken))
        {
            _run.Append(new EffectFailedEntry(path, step.Name, EffectOutcome.TypeOf(exception), exception.Message, attempt, isFinal: false));
            throw;
        }
        finally
        {
            body.ReleaseUnstarted();
        }
    }

    private ValueTask<Slot> AcquireSlotAsync(CancellationToken cancellationToken)
    {
        if (!step.TakesSlot) return default;
        var name = step.Plan.Lane ?? _route?.Lane ?? scope.Lane;
        if (name is null && !_run.Runtime.Scheduler.HasGlobalLimit) return default;
        var lane = name is null ? null : _run.Runtime.LaneOf(name, path);
        return _run.Runtime.Scheduler.AcquireAsync(lane, _run.Queue, cancellationToken, lane is RatedLane { TokenLimit: { } limit } ? TokensWithin(limit, name!) : 0);
    }
}
