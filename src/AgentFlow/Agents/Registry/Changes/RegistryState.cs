using System.Collections.Immutable;
using AgentFlow.Agents;

namespace AgentFlow;

/// <summary>What follows from all changes up to one of them. Immutable.</summary>
internal sealed class RegistryState
{
    public static readonly RegistryState Empty = new(0, ImmutableSortedDictionary.Create<string, RegisteredAgent>(StringComparer.Ordinal));

    private RegistryState(int sequence, ImmutableSortedDictionary<string, RegisteredAgent> agents)
    {
        Sequence = sequence;
        Agents = agents;
    }

    /// <summary>The last change.</summary>
    public int Sequence { get; }

    /// <summary>All agents by name.</summary>
    public ImmutableSortedDictionary<string, RegisteredAgent> Agents { get; }

    public RegisteredAgent? Find(string name) => Agents.GetValueOrDefault(name);

    /// <summary>The version that a run has pinned, or null when it is not here.</summary>
    public AgentVersion? Find(AgentPin pin) => Find(pin.Agent)?.Find(pin.Version) is { } version && version.Hash == pin.Hash ? version : null;

    /// <exception cref="AgentStoreException">A change does not follow from those before it.</exception>
    public RegistryState Apply(IReadOnlyList<AgentChange> changes)
    {
        if (changes.Count == 0) return this;
        var (sequence, agents) = (Sequence, Agents.ToBuilder());
        foreach (var change in changes)
        {
            if (change.Sequence != sequence + 1) throw Broken(change, $"it follows change {sequence}");
            sequence = change.Sequence;
            agents[change.Agent] = Apply(agents.GetValueOrDefault(change.Agent) ?? new(change.Agent), change);
        }

        return new(sequence, agents.ToImmutable());
    }

    private static RegisteredAgent Apply(RegisteredAgent agent, AgentChange change)
    {
        var isKnown = agent.Find(change.Version) is not null;
        if (change.Kind == AgentChangeKind.Registered ? change.Version != agent.All.Count + 1 || change.Definition is null : !isKnown)
        {
            throw Broken(change, $"the agent has {agent.All.Count} versions then");
        }

        agent = agent with { Changes = agent.Changes.Add(change) };
        return change.Kind switch
        {
            AgentChangeKind.Registered => agent with { All = agent.All.Add(new(change.Version, change.Definition!.Hash, change.Definition)) },
            AgentChangeKind.Activated => agent with { ActiveNumber = change.Version, Canary = null, Before = agent.ActiveNumber is { } before && before != change.Version ? agent.Before.Push(before) : agent.Before },
            AgentChangeKind.RolledBack => agent with { ActiveNumber = change.Version, Canary = null, Before = Below(agent.Before, change.Version) },
            AgentChangeKind.CanaryStarted => agent with { Canary = new(change.Version, change.Percent ?? 0) },
            AgentChangeKind.CanaryEnded => agent with { Canary = null },
            AgentChangeKind.Deprecated => agent with { All = Mark(agent, change.Version, true) },
            AgentChangeKind.Reinstated => agent with { All = Mark(agent, change.Version, false) },
            _ => throw Broken(change, "its kind is unknown to this version of AgentFlow"),
        };
    }

    private static ImmutableList<AgentVersion> Mark(RegisteredAgent agent, int number, bool isDeprecated) =>
        agent.All.SetItem(number - 1, agent.All[number - 1] with { IsDeprecated = isDeprecated });

    /// <summary>What was active before the version that is active again.</summary>
    private static ImmutableStack<int> Below(ImmutableStack<int> before, int version)
    {
        while (!before.IsEmpty)
        {
            before = before.Pop(out var top);
            if (top == version) break;
        }

        return before;
    }

    private static AgentStoreException Broken(AgentChange change, string what) =>
        new($"change {change.Sequence}", $"{change.Kind} of '{change.Agent}' version {change.Version} does not follow from the changes before it: {what}");
}
