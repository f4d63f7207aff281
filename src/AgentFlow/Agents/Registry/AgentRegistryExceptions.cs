namespace AgentFlow;

/// <summary>A registry does not have the agent or version that was asked for, or none of its versions may be used by a new run.</summary>
public sealed class AgentNotRegisteredException : AgentFlowException
{
    internal AgentNotRegisteredException(string agent, int? version, string problem, string cure)
        : base($"Agent '{agent}'{(version is { } number ? $" version {number}" : "")} {problem}. {cure}.")
    {
        Agent = agent;
        Version = version;
    }

    /// <summary>The agent's name.</summary>
    public string Agent { get; }

    /// <summary>The version, when one was asked for.</summary>
    public int? Version { get; }

    internal static AgentNotRegisteredException Unknown(string agent, IEnumerable<string> known)
    {
        var names = string.Join(", ", known.Take(20).Select(static name => $"'{name}'"));
        return new(agent, null, $"is not registered; known: {(names.Length == 0 ? "nothing" : names)}", "Register it with AgentRegistry.RegisterAsync or LoadDirectoryAsync, and activate it");
    }

    internal static AgentNotRegisteredException Unknown(RegisteredAgent agent, int version) =>
        new(agent.Name, version, $"is not registered; it has the versions 1 to {agent.Versions.Count}", "Use one of these");

    internal static AgentNotRegisteredException NotUsable(RegisteredAgent agent) => agent.Active is { } active
        ? new(agent.Name, active.Number, "is active and deprecated: new runs must not use it", "Activate another version with ActivateAsync, or take the deprecation back with ReinstateAsync")
        : new(agent.Name, null, "has no active version", "Activate one with AgentRegistry.ActivateAsync");

    internal static AgentNotRegisteredException NoRegistry(string agent) =>
        new(agent, null, "is an agent of the registry, and the runtime has none", "Set FlowRuntimeOptions.Agents, or say AddAgentRegistry");

    internal static AgentNotRegisteredException Gone(AgentPin pin) =>
        new(pin.Agent, pin.Version, $"is what the run has pinned, and the registry does not have it with hash {pin.Hash} any more", "Restore the agent store");
}

/// <summary>A version of an agent cannot be used here, or a change of the registry is not allowed; the findings say why.</summary>
public sealed class AgentRefusedException : AgentFlowException
{
    internal AgentRefusedException(AgentVersion version, IReadOnlyList<AgentFinding> findings)
        : this(version.Name, version.Number, findings)
    {
    }

    internal AgentRefusedException(string agent, int? version, IReadOnlyList<AgentFinding> findings)
        : base($"Agent '{agent}'{(version is { } number ? $" version {number}" : "")} is refused:{string.Concat(findings.Select(static finding => $"\n- {finding}"))}")
    {
        Agent = agent;
        Version = version;
        Findings = findings;
    }

    /// <summary>The agent's name.</summary>
    public string Agent { get; }

    /// <summary>The version, if it is about one.</summary>
    public int? Version { get; }

    /// <summary>Why, each with place and cure.</summary>
    public IReadOnlyList<AgentFinding> Findings { get; }

    internal static AgentRefusedException Act(RegisteredAgent agent, int? version, string problem, string cure) =>
        new(agent.Name, version, [new(AgentFindingSeverity.Error, agent.Name, version, "$", problem, cure)]);
}
