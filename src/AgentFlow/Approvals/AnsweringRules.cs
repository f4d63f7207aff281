namespace AgentFlow.Approvals;

/// <summary>Who may do what with a request. Each rule throws when it forbids.</summary>
internal static class AnsweringRules
{
    private const string Answer = "answer";

    /// <summary>An answer: of the right person, to what is shown.</summary>
    public static void CheckAnswer(RequestStatus status, ApprovalDecision decision)
    {
        var request = status.Request;
        if (decision.Digest is { } given && !string.Equals(given, request.Digest, StringComparison.OrdinalIgnoreCase)) throw new StaleAnswerException(request.Id, request.Digest, given);
        CheckActor(status, decision.Actor);
        if (decision.Outcome != ApprovalOutcome.Rejected) CheckAuthor(request, decision.Actor);
        if (request.Terms.Quorum == 1) return;
        if (decision.Actor is null) throw new NotEntitledException(request.Id, null, $"{request.Terms.Quorum} different people must approve, so say who answers");
        if (decision.Outcome == ApprovalOutcome.Modified)
        {
            throw new ArgumentException($"Request '{request.Id}' needs {request.Terms.Quorum} approvals of one value: reject it and say what should change.", nameof(decision));
        }
    }

    private static void CheckActor(RequestStatus status, Principal? actor, string act = Answer)
    {
        CheckEntitled(status, actor, act);
        if (status.Assignee is { } assignee && !Is(assignee, actor)) throw new RequestClaimedException(status.Request.Id, assignee);
    }

    public static void CheckClaim(RequestStatus status, Principal actor)
    {
        CheckActor(status, actor, "claim");
        CheckAuthor(status.Request, actor, "claim");
    }

    /// <summary>Whoever has it, or a colleague who could answer: nobody's holiday holds a request.</summary>
    public static void CheckRelease(RequestStatus status, Principal actor)
    {
        if (status.Assignee is { } assignee && Is(assignee, actor)) return;
        CheckEntitled(status, actor, "release");
        if (status.LevelPerson is { } person && !Is(person, actor)) throw new RequestClaimedException(status.Request.Id, status.Assignee ?? person);
    }

    public static void CheckDelegation(RequestStatus status, Principal actor, string to)
    {
        CheckActor(status, actor, "delegate");
        CheckAuthor(status.Request, new Principal(to), "be given");
    }

    public static void CheckEscalation(RequestStatus status, Principal actor)
    {
        CheckActor(status, actor, "escalate");
        if (!status.HasNextLevel) throw new NoEscalationException(status.Request.Id, status.Level);
    }

    public static bool MayApprove(RequestStatus status, Principal actor)
    {
        try
        {
            CheckClaim(status, actor);
            return !status.ApprovedBy.Contains(actor.User, StringComparer.OrdinalIgnoreCase);
        }
        catch (RequestException)
        {
            return false;
        }
    }

    private static void CheckEntitled(RequestStatus status, Principal? actor, string act)
    {
        var request = status.Request;
        if (status.Role is { } role && actor?.Roles.Contains(role) != true) throw new NotEntitledException(request.Id, actor, $"the role '{role}' is demanded", act);
        if (request.Principal.Tenant is { } tenant && actor is not null && actor.User != Principal.Anonymous.User && actor.Tenant != tenant)
        {
            throw new NotEntitledException(request.Id, actor, actor.Tenant is { } other ? $"it belongs to tenant '{tenant}', not to '{other}'" : $"it belongs to tenant '{tenant}', and who acts has none; set Principal.Tenant", act);
        }
    }

    private static void CheckAuthor(ApprovalRequest request, Principal? actor, string act = Answer)
    {
        if (!request.Terms.NotByAuthor) return;
        if (actor is null || actor.User == Principal.Anonymous.User) throw new NotEntitledException(request.Id, actor, "the author may not, so say who answers", act);
        if (request.Principal.User == Principal.Anonymous.User) throw new NotEntitledException(request.Id, actor, "the author may not, and the run does not say who that is; start it with RunOptions.Principal", act);
        if (string.Equals(request.Principal.User, actor.User, StringComparison.OrdinalIgnoreCase)) throw new NotEntitledException(request.Id, actor, "the run acts on their behalf, and its author may not", act);
    }

    private static bool Is(string user, Principal? actor) => string.Equals(user, actor?.User, StringComparison.Ordinal);
}
