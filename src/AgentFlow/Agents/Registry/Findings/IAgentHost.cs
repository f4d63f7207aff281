namespace AgentFlow;

/// <summary>What a runtime provides to the agents of a registry.</summary>
internal interface IAgentHost
{
    Tool? FindTool(string name);

    IReadOnlyList<string> ToolNames { get; }

    /// <summary>Whether a model can be resolved; without a name the only one.</summary>
    bool HasModel(string? name);

    IReadOnlyList<string> ModelNames { get; }

    bool HasPolicy(string name);
}

/// <summary>The runtimes that use a registry, as long as somebody else holds them. Thread-safe.</summary>
internal sealed class AgentHosts
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<IAgentHost>> _hosts = [];

    public IReadOnlyList<IAgentHost> Live
    {
        get
        {
            lock (_lock) return [.. _hosts.Select(static host => host.TryGetTarget(out var target) ? target : null).OfType<IAgentHost>()];
        }
    }

    public void Add(IAgentHost host)
    {
        lock (_lock)
        {
            _hosts.RemoveAll(static known => !known.TryGetTarget(out _));
            _hosts.Add(new(host));
        }
    }

    public void Remove(IAgentHost host)
    {
        lock (_lock) _hosts.RemoveAll(known => !known.TryGetTarget(out var target) || ReferenceEquals(target, host));
    }
}
