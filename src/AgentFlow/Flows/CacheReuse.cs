using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>A result that could be reused: judged as the call it saves would be, then recorded as a decision.</summary>
internal sealed class CacheReuse<TIn, TOut>(Step<TIn, TOut> step, FlowContext scope, StepPath path, StepPath decision)
{
    private readonly FlowRun _run = scope.Run;

    public TOut Result { get; private set; } = default!;

    /// <summary>False when a policy or a human has changed the input: the result is for another one.</summary>
    /// <exception cref="PolicyDeniedException">A policy refuses the call, or the result. Recorded as the outcome.</exception>
    public async ValueTask<bool> TryAsync(TIn input, TOut cached, Label? label)
    {
        Result = cached;
        if (_run.Runtime.Policies.Covers(step.Operation))
        {
            var call = PolicyCall.Begin(_run, path, step.Operation, step.Name, scope.Owner);
            call.Facts.Effect = step.Plan.Effect;
            step.DescribeTo(call.Facts, input);
            try
            {
                if (!await IsAdmittedAsync(call, input).ConfigureAwait(false)) return false;
                label = Label.Join(label, call.RaisedLabel);
                Result = await call.ResultAsync(new PolicySubject<TOut>(cached, Label.Join(scope.Label, label)), scope.CancellationToken).ConfigureAwait(false);
                label = Label.Join(label, call.RaisedLabel);
            }
            catch (PolicyDeniedException denied)
            {
                throw EffectOutcome.Fail(scope, step, path, denied);
            }

            scope.ThrowIfCancelled();
        }

        scope.Raise(label);
        _run.Append(new DecisionMadeEntry<TOut>(decision, DecisionKind.Cache, Result, "a result of an earlier run was reused") { Label = Label.Join(scope.Label, label) });
        return true;
    }

    private async ValueTask<bool> IsAdmittedAsync(PolicyCall call, TIn input)
    {
        string? errorType = null;
        try
        {
            var admitted = await call.RequestAsync(step.SubjectOf(input, scope.Label), mayAsk: true, scope.CancellationToken).ConfigureAwait(false);
            call.RefuseDuties();
            return EqualityComparer<TIn>.Default.Equals(admitted, input);
        }
        catch (Exception exception)
        {
            errorType = EffectOutcome.TypeOf(exception);
            throw;
        }
        finally
        {
            // Nothing was spent: what was reserved is free again.
            await call.SettleAsync(null, null, errorType).ConfigureAwait(false);
        }
    }
}
