namespace AgentFlow.Approvals;

/// <summary>Which requests to list; every condition that is set must hold.</summary>
/// <example>
/// <code>
/// var inbox = await runtime.Requests.ListAsync(new() { AnswerableBy = user, Limit = 20 });
/// </code>
/// </example>
public sealed record RequestQuery
{
    /// <summary>
    /// Where they stand. Default: those that wait for an answer, open or claimed. Resolved ones are found of the runs that this runtime has in
    /// memory: those that execute, and ended ones as long as they are kept (<see cref="FlowRuntimeOptions.KeepEndedRuns"/>). Those of any
    /// other run are in the journal, and are found when <see cref="RunId"/> names it.
    /// </summary>
    public RequestState? State { get; init; }

    /// <summary>Whom they are assigned to, by claim, delegation or escalation.</summary>
    public string? Assignee { get; init; }

    /// <summary>The role they demand now.</summary>
    public string? Role { get; init; }

    /// <summary>The name of the flow that the run executes.</summary>
    public string? Flow { get; init; }

    /// <summary>The name of the request.</summary>
    public string? Name { get; init; }

    /// <summary>The tenant of the run.</summary>
    public string? Tenant { get; init; }

    /// <summary>The run.</summary>
    public RunId? RunId { get; init; }

    /// <summary>How long ago they were opened, at least.</summary>
    public TimeSpan? MinAge { get; init; }

    /// <summary>
    /// Somebody who could approve them now: has the role, is not kept out as the author, and nobody else has claimed them. The policies are not
    /// asked: one may still object to the answer.
    /// </summary>
    public Principal? AnswerableBy { get; init; }

    /// <summary>How many at most, 1 to 1,000. Default: 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Those behind this one in a listing: the <see cref="RequestStatus.Cursor"/> of the last one of the page before.</summary>
    public string? After { get; init; }

    /// <summary>What the index of a run that is in the journal only can tell: false when its request cannot be one of these.</summary>
    internal bool MayFit(DormantRun run, Journaling.PendingWait wait, DateTimeOffset now) =>
        (Role is null || wait.Role == Role)
        && (Flow is null || run.FlowName == Flow)
        && (Name is null || wait.Name == Name)
        && (RunId is not { } id || run.Id == id)
        && (MinAge is not { } age || now - wait.Date >= age)
        && (After is null || string.CompareOrdinal(RequestStatus.CursorOf(wait.Date, $"{run.Id}/{wait.Path}"), After) > 0);

    internal bool Fits(RequestStatus status, DateTimeOffset now) =>
        (State is { } state ? status.State == state : status.State != RequestState.Resolved)
        && (Assignee is null || status.Assignee == Assignee)
        && (Role is null || status.Role == Role)
        && (Flow is null || status.Request.Flow == Flow)
        && (Name is null || status.Request.Name == Name)
        && (Tenant is null || status.Request.Principal.Tenant == Tenant)
        && (RunId is not { } run || status.Request.RunId == run)
        && (MinAge is not { } age || now - status.Request.OpenedAt >= age)
        && (AnswerableBy is null || AnsweringRules.MayApprove(status, AnswerableBy))
        && (After is null || string.CompareOrdinal(status.Cursor, After) > 0);
}
