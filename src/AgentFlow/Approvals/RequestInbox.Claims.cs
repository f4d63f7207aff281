using AgentFlow.Policies;

namespace AgentFlow.Approvals;

/// <content>Who has a request: claims, delegations and escalations.</content>
public sealed partial class RequestInbox
{
    /// <summary>Takes a request up: nobody else may answer until it is released. Claiming it again changes nothing.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">Who takes it; somebody who could approve it.</param>
    /// <inheritdoc cref="ChangeAsync" path="/exception"/>
    /// <inheritdoc cref="ChangeAsync" path="/returns"/>
    public ValueTask<RequestStatus> ClaimAsync(string id, Principal by) =>
        ChangeAsync(id, new(RequestChangeKind.Claimed, by), static (status, change) =>
        {
            AnsweringRules.CheckClaim(status, change.By!);
            return status.Assignee is null;
        });

    /// <summary>Gives a request back to everybody who may answer. Whoever has it may, and a colleague who could answer it.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">Who releases it.</param>
    /// <param name="reason">Why.</param>
    /// <inheritdoc cref="ChangeAsync" path="/exception"/>
    /// <inheritdoc cref="ChangeAsync" path="/returns"/>
    public ValueTask<RequestStatus> ReleaseAsync(string id, Principal by, string? reason = null) =>
        ChangeAsync(id, new(RequestChangeKind.Released, by) { Reason = reason }, static (status, change) =>
        {
            AnsweringRules.CheckRelease(status, change.By!);
            return status.Assignee != status.LevelPerson;
        });

    /// <summary>Hands a request to one person. It gives them no rights: a role that is demanded, they must have.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">Who delegates: whoever has it, or anybody who may answer a free one.</param>
    /// <param name="to">The user's id, as in <see cref="Principal.User"/>.</param>
    /// <param name="reason">Why.</param>
    /// <inheritdoc cref="ChangeAsync" path="/exception"/>
    /// <inheritdoc cref="ChangeAsync" path="/returns"/>
    public ValueTask<RequestStatus> DelegateAsync(string id, Principal by, string to, string? reason = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(to);
        return ChangeAsync(id, new(RequestChangeKind.Delegated, by) { To = to, Reason = reason }, static (status, change) =>
        {
            AnsweringRules.CheckDelegation(status, change.By!, change.To!);
            return status.Assignee != change.To;
        });
    }

    /// <summary>Asks the next level of <see cref="RequestTerms.Escalation"/>, with the whole deadline before it.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">Who escalates: whoever has it, or anybody who may answer a free one.</param>
    /// <param name="reason">Why.</param>
    /// <exception cref="NoEscalationException">There is no further level.</exception>
    /// <inheritdoc cref="ChangeAsync" path="/exception"/>
    /// <inheritdoc cref="ChangeAsync" path="/returns"/>
    public ValueTask<RequestStatus> EscalateAsync(string id, Principal by, string? reason = null) =>
        ChangeAsync(id, new(RequestChangeKind.Escalated, by) { Reason = reason }, static (status, change) =>
        {
            AnsweringRules.CheckEscalation(status, change.By!);
            return true;
        });

    /// <summary>Checks, lets the policies judge, and applies a change to what was checked.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="change">What is to happen.</param>
    /// <param name="isNeeded">Throws when it is forbidden; false when it is so already.</param>
    /// <returns>Where the request stands then. It is durable.</returns>
    /// <exception cref="RequestNotOpenException">No such request is open: unknown, answered before, or withdrawn.</exception>
    /// <exception cref="NotEntitledException">Role, tenant or authorship forbids it.</exception>
    /// <exception cref="RequestClaimedException">Somebody else has the request.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses it.</exception>
    private async ValueTask<RequestStatus> ChangeAsync(string id, RequestChange change, Func<RequestStatus, RequestChange, bool> isNeeded)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(change.By, "by");
        if (await AsleepAsync(id).ConfigureAwait(false) is { } asleep && !isNeeded(asleep, change)) return asleep;
        var isJudged = !_runtime.Policies.Covers(PolicyOperation.AnswerRequest);
        while (await LoadAsync(id).ConfigureAwait(false) is { } open)
        {
            var seen = open.Status;
            if (!isNeeded(seen, change)) return seen;
            if (!isJudged)
            {
                await RunGate.ChangeAsync(open, change).ConfigureAwait(false);
                isJudged = true;
                continue;
            }

            if (!open.TryChange(seen, change, out var now)) continue;
            await open.Run.FlushAsync().ConfigureAwait(false);
            return now;
        }

        var known = await RequestHistory.FindAsync(_runtime, id, CancellationToken.None).ConfigureAwait(false);
        throw known?.Resolution is { } resolution ? new RequestAlreadyResolvedException(id, resolution) : Unanswerable(id);
    }
}
