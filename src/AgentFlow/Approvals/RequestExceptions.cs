namespace AgentFlow.Approvals;

/// <summary>Something about a request was refused. The request stands as before.</summary>
public abstract class RequestException : AgentFlowException
{
    private protected RequestException(string requestId, string message)
        : base(message) => RequestId = requestId;

    /// <summary>The request.</summary>
    public string RequestId { get; }
}

/// <summary>No request with this id is open: it is unknown, was answered before, or its run has ended.</summary>
public class RequestNotOpenException : RequestException
{
    internal RequestNotOpenException(string requestId)
        : base(requestId, $"Request '{requestId}' is not open: it is unknown, was answered before, or its run has ended.")
    {
    }

    private protected RequestNotOpenException(string requestId, string message)
        : base(requestId, message)
    {
    }
}

/// <summary>The request has been resolved by somebody else, or otherwise.</summary>
public sealed class RequestAlreadyResolvedException : RequestNotOpenException
{
    internal RequestAlreadyResolvedException(string requestId, ApprovalDecision decision)
        : base(requestId, $"Request '{requestId}' is resolved: {decision}.") => Decision = decision;

    /// <summary>How it was resolved, and by whom.</summary>
    public ApprovalDecision Decision { get; }
}

/// <summary>Somebody may not do this with the request: role, tenant or authorship forbids it.</summary>
public sealed class NotEntitledException : RequestException
{
    internal NotEntitledException(string requestId, Principal? actor, string reason, string act = "answer")
        : base(requestId, $"{actor?.User ?? "Somebody without a name"} may not {act} request '{requestId}': {reason}.")
    {
        Actor = actor;
        Reason = reason;
    }

    /// <summary>Who tried; <see langword="null"/> when the answer did not say.</summary>
    public Principal? Actor { get; }

    /// <summary>What forbids it.</summary>
    public string Reason { get; }
}

/// <summary>Somebody else has the request.</summary>
public sealed class RequestClaimedException : RequestException
{
    internal RequestClaimedException(string requestId, string assignee)
        : base(requestId, $"Request '{requestId}' is with {assignee}: wait for the answer, or release it first.") => Assignee = assignee;

    /// <summary>Who has it.</summary>
    public string Assignee { get; }
}

/// <summary>The answer is to something other than what is asked now.</summary>
public sealed class StaleAnswerException : RequestException
{
    internal StaleAnswerException(string requestId, string digest, string given)
        : base(requestId, $"The answer to request '{requestId}' is about another content: it carries digest {given}, shown is {digest}. Look at the request again.")
    {
        Digest = digest;
        Given = given;
    }

    /// <summary>The digest of what is asked now.</summary>
    public string Digest { get; }

    /// <summary>The digest that the answer carried.</summary>
    public string Given { get; }
}

/// <summary>There is nobody further to escalate to.</summary>
public sealed class NoEscalationException : RequestException
{
    internal NoEscalationException(string requestId, int level)
        : base(requestId, $"Request '{requestId}' is at level {level}, its last: name further ones in RequestTerms.Escalation.") => Level = level;

    /// <summary>The level it is at.</summary>
    public int Level { get; }
}

/// <summary>Nobody answered a question in time, and it has no default.</summary>
public sealed class RequestExpiredException : RequestException
{
    internal RequestExpiredException(string requestId, string reason)
        : base(requestId, $"Request '{requestId}' has no answer: {reason}. Give the question a default (OrElse) to go on without one.")
    {
    }
}
