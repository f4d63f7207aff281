using System.Collections.Immutable;
using System.Diagnostics;

namespace AgentFlow;

/// <summary>One version of an agent. Immutable.</summary>
/// <param name="Number">The number among the agent's versions, from 1.</param>
/// <param name="Hash">The <see cref="AgentDefinition.Hash"/> of its content.</param>
/// <param name="Definition">The content.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record AgentVersion(int Number, string Hash, AgentDefinition Definition)
{
    /// <summary>The agent's name.</summary>
    public string Name => Definition.Name;

    /// <summary>Whether no new run gets it. Runs that began with it still use it.</summary>
    public bool IsDeprecated { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} v{Number}";
}

/// <summary>A version that only a share of the runs gets.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Percent">How many percent of the new runs, more than 0 to 100, in steps of 0.01.</param>
public sealed record AgentCanary(int Version, double Percent);

/// <summary>An agent of the registry as it was at one moment. Immutable.</summary>
[DebuggerDisplay("{Name}, {Versions.Count} versions, active: {Active}")]
public sealed record RegisteredAgent
{
    internal RegisteredAgent(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>All versions, from 1.</summary>
    public IReadOnlyList<AgentVersion> Versions => All;

    /// <summary>The version that new runs get, or <see langword="null"/> when none was activated.</summary>
    public AgentVersion? Active => ActiveNumber is { } number ? All[number - 1] : null;

    /// <summary>The version that a share of the new runs gets instead, if there is one.</summary>
    public AgentCanary? Canary { get; internal init; }

    /// <summary>Every change of this agent, in order.</summary>
    public IReadOnlyList<AgentChange> History => Changes;

    /// <summary>The agent as a step of a flow, by its name and with the description it has now: see <see cref="Agent.Registered{TIn,TOut}"/>.</summary>
    /// <typeparam name="TIn">What the agent takes.</typeparam>
    /// <typeparam name="TOut">What the agent answers.</typeparam>
    public Flow<TIn, TOut> As<TIn, TOut>() => Agent.Registered<TIn, TOut>(Name, (Active ?? All[^1]).Definition.Description);

    internal ImmutableList<AgentVersion> All { get; init; } = [];

    internal ImmutableList<AgentChange> Changes { get; init; } = [];

    internal int? ActiveNumber { get; init; }

    /// <summary>What was active before, the last one on top.</summary>
    internal ImmutableStack<int> Before { get; init; } = [];

    /// <summary>A version by its number, or null.</summary>
    internal AgentVersion? Find(int number) => number >= 1 && number <= All.Count ? All[number - 1] : null;

    /// <summary>The version a run gets, or null when there is none that may be used.</summary>
    internal AgentPin? PinFor(RunId run)
    {
        if (Active is not { IsDeprecated: false } active) return null;
        var isCanary = Canary is { } canary && !All[canary.Version - 1].IsDeprecated && CanaryShare.Has(run, Name, canary.Percent);
        var version = isCanary ? All[Canary!.Version - 1] : active;
        return new(Name, version.Number, version.Hash) { IsCanary = isCanary };
    }
}
