using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>The agents of a registry in one runtime: which versions a run gets, and the agents that are built from them. Thread-safe.</summary>
internal sealed class RuntimeAgents : IAgentHost
{
    private readonly FlowRuntime _runtime;
    private readonly ConditionalWeakTable<object, IReadOnlyList<string>> _names = [];
    private readonly ConcurrentDictionary<(string Hash, Type Input, Type Output), object> _built = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _reached = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<object, Shared> _shared = [];

    public RuntimeAgents(FlowRuntime runtime, AgentRegistry? registry)
    {
        _runtime = runtime;
        Registry = registry;
        registry?.Hosts.Add(this);
    }

    public AgentRegistry? Registry { get; }

    public IReadOnlyList<string> ToolNames => _runtime.Tools.Names;

    public IReadOnlyList<string> ModelNames => _runtime.KnownModels;

    public Tool? FindTool(string name) => _runtime.Tools.Find(name);

    public bool HasModel(string? name) => new ModelSource(name, null, null).IsKnownTo(_runtime);

    public bool HasPolicy(string name) => _runtime.Options.Policies.Any(policy => policy.Name == name);

    /// <summary>Whether the store must be read before the flow may run: never was, or is too old for what it refers to.</summary>
    public bool MustRead(Step flow) => Registry is not null && (!Registry.IsLoaded || (!Registry.IsFresh && NamesIn(flow).Count > 0));

    public ValueTask ReadAsync(CancellationToken cancellationToken) => Registry?.RefreshAsync(cancellationToken) ?? default;

    /// <summary>The versions that a run of the flow pins: all from one state of the registry, those that their tools lead to included.</summary>
    /// <exception cref="AgentNotRegisteredException">The flow refers to an agent that new runs cannot use.</exception>
    public IReadOnlyList<AgentPin> PinAll(Step flow, RunId run)
    {
        if (Registry is null || NamesIn(flow) is not { Count: > 0 } names) return [];
        var state = Registry.State;
        if (_shared.TryGetValue(flow.Shape, out var shared) && ReferenceEquals(shared.State, state)) return shared.Pins;
        var pins = new List<AgentPin>(names.Count);
        var isForAll = true;
        var open = new Queue<string>(names);
        while (open.TryDequeue(out var name))
        {
            if (pins.Exists(pin => pin.Agent == name)) continue;
            var pin = Pin(state, name, run);
            pins.Add(pin);
            isForAll = isForAll && state.Find(name)!.Canary is null && IsComplete(state.Find(pin)!);
            foreach (var reached in ReachedFrom(state.Find(pin)!)) open.Enqueue(reached);
        }

        // Without a canary all runs get the same: they share the list until something changes.
        if (isForAll) _shared.AddOrUpdate(flow.Shape, new(state, pins));
        return pins;
    }

    /// <summary>The version that a run gets of an agent which only its code knows.</summary>
    /// <exception cref="AgentNotRegisteredException">New runs cannot use it.</exception>
    public AgentPin Pin(string agent, RunId run) => Pin((Registry ?? throw AgentNotRegisteredException.NoRegistry(agent)).State, agent, run);

    /// <exception cref="AgentNotRegisteredException">The registry does not have it any more.</exception>
    public AgentVersion Require(AgentPin pin) => (Registry ?? throw AgentNotRegisteredException.NoRegistry(pin.Agent)).State.Find(pin) ?? throw AgentNotRegisteredException.Gone(pin);

    /// <summary>The agent that a pinned version describes; built once for these types.</summary>
    /// <exception cref="AgentRefusedException">The types do not fit, or the runtime lacks something that it needs.</exception>
    public Agent<TIn, TOut> Get<TIn, TOut>(AgentPin pin)
    {
        var key = (pin.Hash, typeof(TIn), typeof(TOut));
        return (Agent<TIn, TOut>)(_built.TryGetValue(key, out var known) ? known : _built.GetOrAdd(key, AgentUse.Build<TIn, TOut>(_runtime, Require(pin))));
    }

    /// <summary>Why a run that has pinned this version cannot go on here, or null.</summary>
    public string? Obstacle(AgentPin pin)
    {
        if (Registry is null) return $"it has pinned agent {pin}, and the runtime has no agent registry; set FlowRuntimeOptions.Agents or say AddAgentRegistry";
        if (Registry.State.Find(pin) is not { } version) return $"the registry does not have agent {pin}, which it has pinned, with hash {pin.Hash} any more; restore the agent store";
        var missing = AgentLint.MissingIn(version.Definition, this).ToList();
        return missing.Count == 0 ? null : $"agent {pin}, which it has pinned, cannot be used: {string.Join("; ", missing.Select(static one => $"{one.Problem}; {one.Cure}"))}";
    }

    private static AgentPin Pin(RegistryState state, string name, RunId run)
    {
        var agent = state.Find(name) ?? throw AgentNotRegisteredException.Unknown(name, state.Agents.Keys);
        return agent.PinFor(run) ?? throw AgentNotRegisteredException.NotUsable(agent);
    }

    /// <summary>Whether every tool of a version is there, so that all it leads to is known.</summary>
    private bool IsComplete(AgentVersion version) => version.Definition.Tools.All(name => FindTool(name) is not null);

    private IReadOnlyList<string> NamesIn(Step flow) => _names.GetValue(flow.Shape, _ => AgentNames.In(flow));

    /// <summary>What the tools of a version lead to. A tool that is not there is said where it is used.</summary>
    private IReadOnlyList<string> ReachedFrom(AgentVersion version)
    {
        if (version.Definition.Tools.Count == 0) return [];
        if (_reached.TryGetValue(version.Hash, out var known)) return known;
        var isComplete = IsComplete(version);
        IReadOnlyList<string> names = [.. version.Definition.Tools.Select(name => FindTool(name)?.Step).OfType<Step>().SelectMany(AgentNames.In).Distinct(StringComparer.Ordinal)];
        return isComplete ? _reached.GetOrAdd(version.Hash, names) : names;
    }

    private sealed record Shared(RegistryState State, IReadOnlyList<AgentPin> Pins);
}
