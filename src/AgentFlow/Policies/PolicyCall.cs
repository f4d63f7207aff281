using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Policies;

/// <summary>
/// The judgement of one operation through its phases: asks the policies in order, combines (deny, then question, then
/// change, then allow), writes what must be written, waits for a human when one is demanded.
/// </summary>
internal sealed class PolicyCall(FlowRun run, StepPath path, PolicyFacts facts)
{
    private readonly Dictionary<IPolicy, object?> _states = [];
    private HashSet<ApprovalDemand>? _answered;
    private List<StepPath>? _places;
    private int _asked;

    public PolicyFacts Facts => facts;

    public FlowRun Run => run;

    /// <summary>Where below the path a human is asked. What has parts of its own may name one of them "approval".</summary>
    public string Place { get; set; } = "approval";

    /// <summary>The effect that is judged, for operators; null when it is something else.</summary>
    public IWaitsInGate? Effect { get; set; }

    /// <summary>What the obligations add to the result's label.</summary>
    public Label? RaisedLabel { get; private set; }

    /// <summary>Duties that only the operation itself can discharge.</summary>
    public List<Obligation> Duties { get; } = [];

    public static PolicyCall Begin(FlowRun run, StepPath path, PolicyOperation operation, string? target, string? from) => new(run, path, new PolicyFacts
    {
        Operation = operation,
        RunId = run.Id,
        Path = path,
        Principal = run.Options.Principal,
        Flow = run.FlowName,
        FlowVersion = ((IFlowDefinition)run.Flow).Version,
        Tags = run.Options.Tags,
        Time = run.Runtime.Time.GetUtcNow(),
        Target = target,
        From = from,
    });

    /// <summary>
    /// Policy, then a human when one is demanded, then policy again because it waited; until nobody has a question that was not
    /// answered. The world may have changed while somebody thought.
    /// </summary>
    /// <param name="subject">The value and how to read and change it.</param>
    /// <param name="mayAsk">Whether the caller is a branch of the run, which can wait for a human. Otherwise a question is a denial.</param>
    /// <param name="cancellationToken">Cancelled with the branch.</param>
    public async ValueTask<T> RequestAsync<T>(PolicySubject<T> subject, bool mayAsk, CancellationToken cancellationToken)
    {
        while (true)
        {
            var question = await JudgeAsync(PolicyPhase.Request, subject, cancellationToken).ConfigureAwait(false) ?? DemandOf(subject);
            if (question is null) return subject.Value;
            if (!mayAsk) throw Deny(question.By, PolicyPhase.Request, $"{question.Reason} ({facts.Operation} cannot wait for an approval: allow or deny it)", PolicyEffect.Deny);
            var decision = await AskHumanAsync(subject, question, cancellationToken).ConfigureAwait(false);
            if (!decision.IsApproved) throw Deny(question.By, PolicyPhase.Request, decision.IsByDeadline ? decision.Reason! : $"rejected by {decision.By ?? "the approver"}: {decision.Reason}", PolicyEffect.Deny, isRejection: true);
            if (decision.Outcome == ApprovalOutcome.Modified)
            {
                // Whoever approved before approved another value.
                subject.Replace(decision.Value);
                _answered?.Clear();
            }

            facts.Approval = decision;
            (_answered ??= []).Add(question);
        }
    }

    /// <summary>Denies when there are duties that only an effect could discharge.</summary>
    public void RefuseDuties()
    {
        if (Duties is [var duty, ..]) throw Deny(facts.Operation.ToString(), PolicyPhase.Request, $"obligation '{duty.Name}' cannot be discharged by {facts.Operation}", PolicyEffect.Deny);
    }

    /// <summary>The answers given are used up: whoever asks the same next time asks anew. For what happens more than once at one path.</summary>
    public void Spend()
    {
        if (_places is null) return;
        foreach (var place in _places.Where(place => run.Replay?.Decision(place) is null)) run.Append(new DecisionMadeEntry<bool>(place, DecisionKind.Invocation, true, $"{facts.Operation} was admitted; the answer counts once"));
    }

    private string? DigestOf<T>(PolicySubject<T> subject) => InputDigest.Of(subject.Shown, subject.ShownType, run.Runtime.Json);

    private ApprovalDemand? DemandOf<T>(PolicySubject<T> subject)
    {
        try
        {
            return subject.Demand() is { } demand && !IsAnswered(demand) ? demand : null;
        }
        catch (Exception exception)
        {
            RunLog.PolicyThrew(run.Runtime.Logger, run.Id, path, ApprovalDemand.Rule, exception);
            throw Deny(ApprovalDemand.Rule, PolicyPhase.Request, "the rule failed, which denies; the log has the rest", PolicyEffect.Deny);
        }
    }

    /// <summary>A human has answered this very question. Another reason or another role is another question, also from the same policy.</summary>
    private bool IsAnswered(ApprovalDemand question) => _answered is not null && _answered.Contains(question);

    public async ValueTask RetryAsync<T>(PolicySubject<T> subject, int attempt, CancellationToken cancellationToken)
    {
        facts.Attempt = attempt;
        var question = await JudgeAsync(PolicyPhase.Retry, subject, cancellationToken).ConfigureAwait(false);
        if (question is { } asked) throw Deny(asked.By, PolicyPhase.Retry, $"{asked.Reason} (a retry cannot wait for an approval)", PolicyEffect.Deny);
    }

    /// <summary>Tells every policy that was asked how it ended. Their decisions are ignored; what they throw is logged.</summary>
    public async ValueTask SettleAsync(object? result, EffectDetail? outcome, string? errorType)
    {
        facts.Outcome = outcome;
        facts.ErrorType = errorType;
        foreach (var policy in run.Runtime.Policies.For(facts.Operation, PolicyPhase.Settle).Where(IsOwedSettlement))
        {
            try
            {
                var content = new PolicyContent(result, null, null);
                await policy.DecideAsync(new(facts, content, PolicyPhase.Settle, StateOf(policy)), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // The effect has happened: a failing settlement must not turn it into a failure.
                RunLog.SettlementFailed(run.Runtime.Logger, run.Id, path, policy.Name, exception);
            }
        }
    }

    public async ValueTask<T> ResultAsync<T>(PolicySubject<T> subject, CancellationToken cancellationToken)
    {
        var question = await JudgeAsync(PolicyPhase.Result, subject, cancellationToken).ConfigureAwait(false);
        if (question is { } asked) throw Deny(asked.By, PolicyPhase.Result, $"{asked.Reason} (the result is withheld: approval is demanded before an effect, not after)", PolicyEffect.Deny);
        return subject.Value;
    }

    private async ValueTask<ApprovalDemand?> JudgeAsync<T>(
        PolicyPhase phase, PolicySubject<T> subject, CancellationToken cancellationToken)
    {
        ApprovalDemand? question = null;
        foreach (var policy in run.Runtime.Policies.For(facts.Operation, phase))
        {
            var request = new PolicyRequest(facts, subject.Content(), phase, StateOf(policy));
            var decision = await DecideAsync(policy, request, cancellationToken).ConfigureAwait(false);
            Remember(policy, decision.State);
            await DischargeAsync(policy, decision, request, cancellationToken).ConfigureAwait(false);
            switch (decision.Effect)
            {
                case PolicyEffect.Deny:
                    throw Deny(policy.Name, phase, decision.Reason!, PolicyEffect.Deny);
                case PolicyEffect.RequireApproval:
                    var demand = new ApprovalDemand(policy.Name, policy.Name, decision.Reason!, decision.Role) { Terms = decision.Terms };
                    if (!IsAnswered(demand)) question ??= demand;
                    break;
                case PolicyEffect.Replace:
                    var approved = _answered is { Count: > 0 } ? (subject.Shown, Digest: DigestOf(subject)) : default;
                    if (subject.TryReplace(decision.Replacement) is { } misfit) throw Deny(policy.Name, phase, $"its replacement {misfit.Problem}", PolicyEffect.Deny);
                    run.Append(new PolicyDecidedEntry(path, policy.Name, facts.Operation, phase, PolicyEffect.Replace, decision.Reason));

                    // Whoever approved before approved another value.
                    if (_answered is { Count: > 0 } && !Equals(approved.Shown, subject.Shown) && (approved.Digest is null || approved.Digest != DigestOf(subject))) _answered.Clear();
                    break;
            }
        }

        return question;
    }

    private async ValueTask<PolicyDecision> DecideAsync(IPolicy policy, PolicyRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await policy.DecideAsync(request, cancellationToken).ConfigureAwait(false)
                ?? PolicyDecision.Deny($"policy '{policy.Name}' returned null");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            RunLog.PolicyThrew(run.Runtime.Logger, run.Id, path, policy.Name, exception);
            return PolicyDecision.Deny("the policy failed, which denies; the log has the rest");
        }
    }

    private async ValueTask DischargeAsync(IPolicy policy, PolicyDecision decision, PolicyRequest request, CancellationToken cancellationToken)
    {
        foreach (var obligation in decision.Obligations)
        {
            switch (obligation)
            {
                case RaiseLabelObligation raise: RaisedLabel = Label.Join(RaisedLabel, raise.Label); continue;
                case LimitOutputTokensObligation when request.Phase is PolicyPhase.Request or PolicyPhase.Retry: Duties.Add(obligation); continue;
            }

            var cause = "no handler knows it; register an IObligationHandler";
            try
            {
                if (run.Runtime.Policies.Handlers.FirstOrDefault(candidate => candidate.CanDischarge(obligation)) is { } handler)
                {
                    cause = "its handler failed; the log has the rest";
                    await handler.DischargeAsync(obligation, request, cancellationToken).ConfigureAwait(false);
                    continue;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                RunLog.PolicyThrew(run.Runtime.Logger, run.Id, path, policy.Name, exception);
            }

            throw Deny(policy.Name, request.Phase, $"obligation '{obligation.Name}' could not be discharged: {cause}", PolicyEffect.Deny);
        }
    }

    private ValueTask<ApprovalDecision> AskHumanAsync<T>(
        PolicySubject<T> subject, ApprovalDemand question, CancellationToken cancellationToken)
    {
        var at = PlaceFor(question);
        if (run.Replay?.Opened(at) is null) run.Append(new PolicyDecidedEntry(path, question.By, facts.Operation, PolicyPhase.Request, PolicyEffect.RequireApproval, question.Reason));
        return run.AskAsync(
            new ApprovalRequest
            {
                Id = $"{run.Id}/{at}",
                RunId = run.Id,
                Flow = run.FlowName,
                Path = at,
                Name = facts.Target ?? path.Name,
                Kind = RequestKind.EffectApproval,
                AskedBy = question.AskedBy,
                Prompt = question.Reason,
                Value = subject.Shown,
                ValueType = subject.ShownType,
                AnswerType = subject.ShownType,
                Role = question.Role,
                Terms = question.Terms,
                Principal = run.Options.Principal,
                Label = subject.Content().Label,
                OpenedAt = facts.Time,
                Fit = subject.Fit,
                Effect = Effect?.Waiting,
            },
            cancellationToken);
    }

    /// <summary>Each question has a place of its own. A recorded answer is for the question that was asked then, and for no other.</summary>
    private StepPath PlaceFor(ApprovalDemand question)
    {
        while (true)
        {
            var at = path.Child(path.Parent is null ? $"({facts.Operation})" : Place, ++_asked);
            (_places ??= []).Add(at);
            if (run.Replay?.Opened(at)?.Request is not { } recorded) return at;
            if (run.Replay.Decision(at) is not null) continue;
            if (recorded.AskedBy == question.AskedBy && recorded.Prompt == question.Reason && recorded.Role == question.Role) return at;
        }
    }

    private PolicyDeniedException Deny(string policy, PolicyPhase phase, string reason, PolicyEffect effect, bool isRejection = false)
    {
        run.Append(new PolicyDecidedEntry(path, policy, facts.Operation, phase, effect, reason));
        return new PolicyDeniedException($"{policy}: {reason}", path) { IsRejection = isRejection };
    }

    private object? StateOf(IPolicy policy)
    {
        lock (_states) return _states.GetValueOrDefault(policy);
    }

    /// <summary>Also that the policy was asked: it is owed a settlement. Hedged attempts come here concurrently.</summary>
    private void Remember(IPolicy policy, object? state)
    {
        lock (_states)
        {
            if (state is not null) _states[policy] = state;
            else _states.TryAdd(policy, null);
        }
    }

    private bool IsOwedSettlement(IPolicy policy)
    {
        if (!run.Runtime.Policies.For(facts.Operation, PolicyPhase.Request).Contains(policy)) return true;
        lock (_states) return _states.ContainsKey(policy);
    }
}
