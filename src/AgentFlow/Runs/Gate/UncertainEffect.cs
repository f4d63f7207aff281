using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>
/// An irreversible effect had been started when the run stopped, and has no outcome: nobody knows whether it happened. A human finds
/// out, and says how to go on.
/// </summary>
internal static class UncertainEffect
{
    public const string Type = "Uncertain";

    /// <summary>Asks what became of the last attempt. Each attempt that was cut off is a question of its own.</summary>
    /// <exception cref="EffectFailedException">The human says that it did not work out, or nobody says anything in time.</exception>
    public static async ValueTask<ApprovalDecision> AskAsync<TIn, TOut>(EffectStep<TIn, TOut> step, FlowContext scope, StepPath path, TIn input, int intents)
    {
        var run = scope.Run;
        var subject = step.SubjectOf(input, scope.Label);
        var rule = step.Plan.Uncertain ?? run.Runtime.Options.Uncertain;
        var at = path.Child("(uncertain)", intents);
        var decision = await run.AskAsync(
            new ApprovalRequest
            {
                Id = $"{run.Id}/{at}",
                RunId = run.Id,
                Flow = run.FlowName,
                Path = at,
                Name = step.Name,
                Kind = RequestKind.UncertainEffect,
                AskedBy = run.FlowName,
                Prompt = $"'{path}' is irreversible, had been started when the run stopped, and may have happened. Approve to start it again, answer with its result if it has happened, or reject to fail it.",
                Value = subject.Shown,
                ValueType = subject.ShownType,
                AnswerType = typeof(TOut),
                Role = rule.Role,
                Terms = rule.Terms,
                Principal = run.Options.Principal,
                Label = subject.Content().Label,
                OpenedAt = run.Runtime.Time.GetUtcNow(),
                Effect = new WaitingEffect<TIn, TOut>(step, path, input, scope.Label),
            },
            scope.CancellationToken).ConfigureAwait(false);
        if (decision.Outcome is ApprovalOutcome.Approved or ApprovalOutcome.Answered) return decision;
        var said = decision.IsByDeadline ? $"nobody has said what became of it: {decision.Reason}" : $"{decision.By ?? "the approver"} says: {decision.Reason}";
        throw new EffectFailedException(Type, $"the run stopped after this irreversible effect had been started; {said}", path);
    }
}
