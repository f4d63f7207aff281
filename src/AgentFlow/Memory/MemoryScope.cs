using System.Text.Json.Serialization;

namespace AgentFlow.Memories;

/// <summary>Whose memory it is. Two scopes that are not equal share nothing.</summary>
[JsonConverter(typeof(MemoryScopeConverter))]
public sealed record MemoryScope
{
    private MemoryScope(MemoryReach reach) => Reach = reach;

    /// <summary>How far it reaches.</summary>
    public MemoryReach Reach { get; }

    /// <summary>The tenant; null where the host has none, and of a run.</summary>
    public string? Tenant { get; private init; }

    /// <summary>The user, of a user's memory.</summary>
    public string? User { get; private init; }

    /// <summary>The agent's name, of an agent's memory.</summary>
    public string? Agent { get; private init; }

    /// <summary>The run, of a run's memory.</summary>
    public string? Run { get; private init; }

    /// <summary>The memory of one run.</summary>
    /// <param name="run">The run.</param>
    public static MemoryScope OfRun(RunId run) => new(MemoryReach.Run) { Run = run.ToString() };

    /// <summary>The memory of an agent, for everybody of one tenant who talks to it.</summary>
    /// <param name="agent">The agent's name.</param>
    /// <param name="tenant">The tenant; null where the host has none.</param>
    public static MemoryScope OfAgent(string agent, string? tenant = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(agent);
        return new(MemoryReach.Agent) { Agent = agent, Tenant = tenant };
    }

    /// <summary>The memory of a user of a tenant.</summary>
    /// <param name="user">The user's id.</param>
    /// <param name="tenant">The tenant; null where the host has none.</param>
    public static MemoryScope OfUser(string user, string? tenant = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(user);
        return new(MemoryReach.User) { User = user, Tenant = tenant };
    }

    /// <summary>The memory of a tenant.</summary>
    /// <param name="tenant">The tenant; null where the host has none.</param>
    public static MemoryScope OfTenant(string? tenant) => new(MemoryReach.Tenant) { Tenant = tenant };

    /// <summary>The scope that a run may use; it follows from the principal.</summary>
    /// <exception cref="MemoryScopeException">The run acts for nobody in particular, who has no memory of their own.</exception>
    internal static MemoryScope For(MemoryReach reach, Principal principal, RunId run, string agent) => reach switch
    {
        MemoryReach.Run => OfRun(run),
        MemoryReach.Agent => OfAgent(agent, principal.Tenant),
        MemoryReach.Tenant => OfTenant(principal.Tenant),
        _ when principal.User == Principal.Anonymous.User => throw new MemoryScopeException(
            $"Agent '{agent}' remembers per user, and the run acts for '{principal.User}'. Start it with RunOptions.Principal, or let the agent remember per run, agent or tenant: Memory(m => m.Of(…)).", null),
        _ => OfUser(principal.User, principal.Tenant),
    };

    /// <inheritdoc/>
    public override string ToString() => Reach switch
    {
        MemoryReach.Run => $"run {Run}",
        MemoryReach.Agent => $"agent {Agent}{Of(Tenant)}",
        MemoryReach.User => $"user {User}{Of(Tenant)}",
        _ => $"tenant {Tenant ?? "(none)"}",
    };

    internal static MemoryScope Read(MemoryReach reach, string? tenant, string? user, string? agent, string? run) => new(reach) { Tenant = tenant, User = user, Agent = agent, Run = run };

    private static string Of(string? tenant) => tenant is null ? "" : $" of {tenant}";
}

/// <summary>A run used memory that is not its principal's.</summary>
public sealed class MemoryScopeException : AgentFlowException
{
    internal MemoryScopeException(string message, MemoryScope? scope)
        : base(message) => Scope = scope;

    /// <summary>The scope that was asked for; null when the run has none of this reach.</summary>
    public MemoryScope? Scope { get; }
}
