namespace AgentFlow.Approvals;

/// <content>Answers.</content>
public sealed partial class RequestInbox
{
    /// <summary>Approves the value as shown.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    /// <param name="digest">The <see cref="ApprovalRequest.Digest"/> of what was shown; an answer to anything else is refused.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    /// <inheritdoc cref="ResolveAsync" path="/returns"/>
    public ValueTask<AnswerReceipt> ApproveAsync(string id, Principal? by = null, string? reason = null, string? digest = null) =>
        ResolveAsync(id, About(ApprovalDecision.Approve(by, reason), digest));

    /// <summary>Approves with a changed value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="id">The request's id.</param>
    /// <param name="value">The value to go on with, or a <see cref="System.Text.Json.JsonElement"/> that is read as the request's type.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="reason">Why.</param>
    /// <param name="digest">The <see cref="ApprovalRequest.Digest"/> of what was shown; an answer to anything else is refused.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    /// <inheritdoc cref="ResolveAsync" path="/returns"/>
    public ValueTask<AnswerReceipt> ModifyAsync<T>(string id, T value, Principal? by = null, string? reason = null, string? digest = null) =>
        ResolveAsync(id, About(ApprovalDecision.Modify(value, by, reason), digest));

    /// <summary>Rejects.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="digest">The <see cref="ApprovalRequest.Digest"/> of what was shown; an answer to anything else is refused.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    /// <inheritdoc cref="ResolveAsync" path="/returns"/>
    public ValueTask<AnswerReceipt> RejectAsync(string id, string reason, Principal? by = null, string? digest = null) =>
        ResolveAsync(id, About(ApprovalDecision.Reject(reason, by), digest));

    /// <summary>Answers a question.</summary>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <param name="id">The request's id.</param>
    /// <param name="answer">The answer, or a <see cref="System.Text.Json.JsonElement"/> that is read as the type of the answer.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="digest">The <see cref="ApprovalRequest.Digest"/> of what was shown; an answer to anything else is refused.</param>
    /// <inheritdoc cref="ResolveAsync" path="/exception"/>
    /// <inheritdoc cref="ResolveAsync" path="/returns"/>
    public ValueTask<AnswerReceipt> AnswerAsync<T>(string id, T answer, Principal? by = null, string? digest = null) =>
        ResolveAsync(id, About(ApprovalDecision.Answer(answer, by), digest));

    /// <summary>
    /// Answers a request and completes when the answer is durable. The run continues on the pool; the call does not wait for it. An
    /// answer counts once: the same one again (same key, or same person and outcome) returns what became of it.
    /// </summary>
    /// <param name="id">The request's id.</param>
    /// <param name="decision">The answer.</param>
    /// <returns>Where the request stands: resolved, or waiting for more approvals.</returns>
    /// <exception cref="RequestNotOpenException">No such request is open: unknown or withdrawn.</exception>
    /// <exception cref="RequestAlreadyResolvedException">Somebody else has answered, or otherwise.</exception>
    /// <exception cref="RunHeldException">The run cannot be continued by this process; the answer was not taken.</exception>
    /// <exception cref="NotEntitledException">Role, tenant or authorship forbids this person to answer.</exception>
    /// <exception cref="RequestClaimedException">Somebody else has the request.</exception>
    /// <exception cref="StaleAnswerException">The answer is about something other than what is asked now.</exception>
    /// <exception cref="InvalidModificationException">The changed value does not fit what takes it: a tool's arguments, for example. The request stays open.</exception>
    /// <exception cref="InvalidAnswerException">The answer is JSON that cannot be read as what is asked for. The request stays open.</exception>
    /// <exception cref="ArgumentException">The decision does not fit the request: wrong kind, wrong type, not among the choices.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses this answer.</exception>
    public async ValueTask<AnswerReceipt> ResolveAsync(string id, ApprovalDecision decision)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(decision);
        if (await AsleepAsync(id).ConfigureAwait(false) is { } asleep && !HasApproved(asleep, decision)) AnsweringRules.CheckAnswer(asleep, decision);
        ApprovalDecision? judged = null;
        while (await LoadAsync(id).ConfigureAwait(false) is { } open)
        {
            var seen = open.Status;
            if (HasApproved(seen, decision)) return new(seen, IsRepeated: true);
            decision = GivenValue.Read(open, decision);
            DecisionRules.Check(open.Request, decision);
            AnsweringRules.CheckAnswer(seen, decision);
            if (judged is null)
            {
                judged = await RunGate.AnswerAsync(open, decision).ConfigureAwait(false);
                if (!ReferenceEquals(judged, decision)) DecisionRules.Check(open.Request, judged = GivenValue.Read(open, judged));
                judged = judged.AnsweredAs(decision);
                continue;
            }

            // Somebody may have acted meanwhile: then it is looked at again.
            if (!open.TryAnswer(seen, judged, out var now)) continue;
            await open.Run.FlushAsync().ConfigureAwait(false);
            return new(now, IsRepeated: false);
        }

        return await RepeatAsync(id, decision).ConfigureAwait(false);
    }

    private async ValueTask<AnswerReceipt> RepeatAsync(string id, ApprovalDecision decision)
    {
        var status = await RequestHistory.FindAsync(_runtime, id, CancellationToken.None).ConfigureAwait(false);
        if (status?.Resolution is not { } first) throw Unanswerable(id);
        if (first.IsRepeatedBy(decision, _runtime.Json) || HasApproved(status, decision)) return new(status, IsRepeated: true);
        throw new RequestAlreadyResolvedException(id, first);
    }

    /// <summary>Nobody can answer now: there is no such request, or its run could not be brought back to it.</summary>
    private Exception Unanswerable(string id) =>
        DormantRequests.RunOf(id) is { } runId && _runtime.GetRun(runId) is { IsHeld: true } held ? new RunHeldException(new(runId, held.FlowName, held.StatusReason ?? "")) : new RequestNotOpenException(id);

    /// <summary>One of several approvals, given before.</summary>
    private static bool HasApproved(RequestStatus status, ApprovalDecision decision) =>
        decision.Outcome == ApprovalOutcome.Approved && decision.Actor is { } actor && status.ApprovedBy.Contains(actor.User, StringComparer.OrdinalIgnoreCase)
        && (decision.Digest is null || decision.Digest == status.Request.Digest);

    private static ApprovalDecision About(ApprovalDecision decision, string? digest) => digest is null ? decision : decision.About(digest);
}
