using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>
/// The judgement of what is no effect itself: an agent's invocation, or a step called as a tool. A refusal is recorded as the
/// outcome. An invocation that ended leaves what it was invoked with, so that a replay asks no policy again and takes the same
/// path; one that did not end is judged anew.
/// </summary>
internal abstract class Invocation<TIn, TOut>(FlowContext scope, StepPath path, string target, PolicyOperation operation, string marker)
{
    private const string ResultName = "result";
    private readonly FlowRun _run = scope.Run;
    private readonly StepPath _ended = path.Child(marker);

    protected StepPath Path => path;

    public async ValueTask<TOut> RunAsync(PolicySubject<TIn> subject)
    {
        if (_run.Replay?.Outcome(path) is EffectFailedEntry refused)
        {
            _run.Abandon(path);
            throw EffectOutcome.Recreate(refused);
        }

        var inside = scope.Collecting();
        if (scope.TryRecorded<TIn>(_ended, DecisionKind.Invocation, out var recorded)) return await ReplayAsync(inside, recorded).ConfigureAwait(false);
        var call = PolicyCall.Begin(_run, path, operation, target, path.Parent is null ? null : scope.Owner);
        Describe(call.Facts, subject.Value);
        call.Place = "(approval)";
        var input = await AdmitAsync(call, subject).ConfigureAwait(false);
        TOut result;
        try
        {
            result = await ProceedAsync(inside, input).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await call.SettleAsync(null, null, EffectOutcome.TypeOf(exception)).ConfigureAwait(false);
            if (!scope.IsCancelled && !Resilience.IsBrokenContract(exception)) Leave(input, inside.Collected, exception);
            throw;
        }

        var released = await ReleaseAsync(call, input, result, inside.Collected).ConfigureAwait(false);
        scope.TakeState(inside);
        return released;
    }

    protected abstract ValueTask<TOut> ProceedAsync(FlowContext inside, TIn input);

    /// <summary>Adds the trusted facts.</summary>
    protected virtual void Describe(PolicyFacts facts, TIn input)
    {
    }

    protected abstract Step Step { get; }

    /// <summary>What belongs into the entry beside input and outcome.</summary>
    protected virtual EffectDetail? Detail => null;

    /// <summary>Whether the result is recorded here because it is recorded nowhere else.</summary>
    protected virtual bool KeepsResult => false;

    private async ValueTask<TOut> ReplayAsync(FlowContext inside, TIn input)
    {
        var result = await ProceedAsync(inside, input).ConfigureAwait(false);
        scope.Raise(_run.Replay!.Decision(_ended)!.Label);
        scope.TakeState(inside);
        return scope.TryRecorded<TOut>(_ended.Child(ResultName), DecisionKind.Invocation, out var changed) ? changed : result;
    }

    private async ValueTask<TIn> AdmitAsync(PolicyCall call, PolicySubject<TIn> subject)
    {
        try
        {
            var input = await call.RequestAsync(subject, mayAsk: true, scope.CancellationToken).ConfigureAwait(false);
            if (call.Duties is [var duty, ..]) throw new PolicyDeniedException($"obligation '{duty.Name}' cannot be discharged by '{target}'", path);
            return input;
        }
        catch (PolicyDeniedException denied)
        {
            await call.SettleAsync(null, null, denied.ErrorType).ConfigureAwait(false);

            // What it did under an earlier permission stands in the journal, and nobody asks for it any more.
            _run.Abandon(path);
            throw EffectOutcome.Fail(scope, Step, path, denied, detail: Detail);
        }
    }

    private async ValueTask<TOut> ReleaseAsync(PolicyCall call, TIn input, TOut result, Label? seen)
    {
        await call.SettleAsync(result, null, null).ConfigureAwait(false);
        TOut released;
        try
        {
            var label = Label.Join(Label.Join(scope.Label, seen), call.RaisedLabel);
            released = await call.ResultAsync(new PolicySubject<TOut>(result, label), scope.CancellationToken).ConfigureAwait(false);
        }
        catch (PolicyDeniedException denied)
        {
            scope.Raise(seen);
            throw EffectOutcome.Fail(scope, Step, path, denied, detail: Detail);
        }

        var isChanged = !EqualityComparer<TOut>.Default.Equals(released, result);
        if (isChanged || KeepsResult) _run.Append(new DecisionMadeEntry<TOut>(_ended.Child(ResultName), DecisionKind.Invocation, released, isChanged ? "a policy changed the result" : null));
        Leave(input, Label.Join(seen, call.RaisedLabel));
        return released;
    }

    private void Leave(TIn input, Label? seen, Exception? failure = null)
    {
        scope.Raise(seen);
        var detail = failure is null ? Detail : Detail is { } known ? known with { ErrorType = EffectOutcome.TypeOf(failure) } : null;
        var reason = detail?.ErrorType is null ? null : EffectOutcome.MessageOf(failure!);
        _run.Append(new DecisionMadeEntry<TIn>(_ended, DecisionKind.Invocation, input, reason) { Label = Label.Join(scope.Label, seen), Detail = detail });
    }
}
