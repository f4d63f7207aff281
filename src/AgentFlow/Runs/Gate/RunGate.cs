using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>The judgement of what has no outcome of its own: a result that leaves its run, an answer to a request.</summary>
internal static class RunGate
{
    /// <summary>A run's result, before it leaves the run.</summary>
    public static ValueTask<T> EmitAsync<T>(FlowRun run, T result, Label? label, CancellationToken cancellationToken) =>
        run.Runtime.Policies.Covers(PolicyOperation.EmitResult)
            ? JudgeAsync(PolicyCall.Begin(run, run.RootPath, PolicyOperation.EmitResult, run.FlowName, null), new PolicySubject<T>(result, label), mayAsk: true, cancellationToken)
            : new(result);

    /// <summary>An answer, before it counts. Whoever answers is no branch of the run and cannot wait for another human.</summary>
    public static ValueTask<Approvals.ApprovalDecision> AnswerAsync(OpenRequest open, Approvals.ApprovalDecision decision) =>
        open.Run.Runtime.Policies.Covers(PolicyOperation.AnswerRequest)
            ? JudgeAsync(BeginAct(open, decision.Actor), new PolicySubject<Approvals.ApprovalDecision>(decision, open.Request.Label), mayAsk: false, CancellationToken.None)
            : new(decision);

    /// <summary>A claim, a delegation or an escalation, before it counts.</summary>
    public static ValueTask<Approvals.RequestChange> ChangeAsync(OpenRequest open, Approvals.RequestChange change) =>
        JudgeAsync(BeginAct(open, change.By), new PolicySubject<Approvals.RequestChange>(change, open.Request.Label), mayAsk: false, CancellationToken.None);

    private static PolicyCall BeginAct(OpenRequest open, Principal? actor)
    {
        var call = PolicyCall.Begin(open.Run, open.Path, PolicyOperation.AnswerRequest, open.Request.Name, actor?.User);
        call.Facts.Actor = actor;
        return call;
    }

    /// <summary>What an operator does, before it counts.</summary>
    public static async ValueTask OperateAsync(FlowRun run, Journaling.OperatorAct act, StepPath path, Principal by, string why)
    {
        if (!run.Runtime.Policies.Covers(PolicyOperation.OperateRun)) return;
        var call = PolicyCall.Begin(run, path, PolicyOperation.OperateRun, path.ToString(), by.User);
        call.Facts.Actor = by;
        await JudgeAsync(call, new PolicySubject<string>($"{act}: {why}", null), mayAsk: false, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A signal's value, before it counts, and its label.</summary>
    public static async ValueTask<(T Value, Label? Label)> SignalAsync<T>(FlowRun run, string signal, T value, SignalOptions options, CancellationToken cancellationToken)
    {
        if (!run.Runtime.Policies.Covers(PolicyOperation.ReceiveSignal)) return (value, options.Label);
        var call = PolicyCall.Begin(run, run.RootPath, PolicyOperation.ReceiveSignal, signal, options.By?.User);
        call.Facts.Actor = options.By;
        var judged = await JudgeAsync(call, new PolicySubject<T>(value, options.Label), mayAsk: false, cancellationToken).ConfigureAwait(false);
        return (judged, Label.Join(options.Label, call.RaisedLabel));
    }

    private static async ValueTask<T> JudgeAsync<T>(PolicyCall call, PolicySubject<T> subject, bool mayAsk, CancellationToken cancellationToken)
    {
        string? errorType = null;
        try
        {
            await call.RequestAsync(subject, mayAsk, cancellationToken).ConfigureAwait(false);
            call.RefuseDuties();
            return await call.ResultAsync(subject, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            errorType = EffectOutcome.TypeOf(exception);
            throw;
        }
        finally
        {
            await call.SettleAsync(errorType is null ? subject.Value : null, null, errorType).ConfigureAwait(false);

            // What the policies wrote must not be the last that a waiting run says.
            if (errorType is not null && !mayAsk) call.Run.StaySuspended();
        }
    }
}
