using AgentFlow.Conversations;

namespace AgentFlow;

/// <summary>Another run has continued the session while this one was under way. Nothing of this one was kept in it.</summary>
public sealed class SessionConflictException : AgentFlowException
{
    internal SessionConflictException(SessionKey key, long expected, long actual)
        : base($"Session '{key}' is at version {actual} and was at {expected} when the run read it: another run has continued it meanwhile. Run one after the other in a session, or start this one again.")
    {
        Key = key;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>Which conversation.</summary>
    public SessionKey Key { get; }

    /// <summary>The version that the run had read.</summary>
    public long Expected { get; }

    /// <summary>The version that is stored.</summary>
    public long Actual { get; }
}

/// <summary>A run asked for a session of another user or tenant.</summary>
public sealed class SessionAccessException : AgentFlowException
{
    internal SessionAccessException(SessionKey key, Principal principal)
        : base($"Session '{key.Session}' is not one of '{principal.User}'{(principal.Tenant is null ? "" : $" of '{principal.Tenant}'")}. Give every user sessions of their own: RunOptions.SessionId.") => Key = key;

    /// <summary>Which conversation.</summary>
    public SessionKey Key { get; }
}
