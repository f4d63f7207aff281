using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow;

/// <summary>Which model an agent talks to: a client of its own, or a name that the runtime resolves at every call.</summary>
internal sealed record ModelSource(string? Name, IChatClient? Client, ModelPrice? Price)
{
    public static readonly ModelSource Unnamed = new(null, null, null);

    /// <summary>The runtime's registry, then the container's keyed clients; without a name the only model there is.</summary>
    public ResolvedModel Resolve(FlowRuntime runtime, string agent)
    {
        if (Client is not null) return new(Client, Price, Name);
        var found = Name is null ? ResolveUnnamed(runtime) : ResolveNamed(runtime, Name);
        return found ?? throw new UnknownModelException(agent, Name, runtime.Models.Names);
    }

    private static ResolvedModel? ResolveNamed(FlowRuntime runtime, string name)
    {
        if (runtime.Models.Find(name) is { } registered) return new(registered.Client, registered.Price, name);
        return runtime.Services is IKeyedServiceProvider services && services.GetKeyedService<IChatClient>(name) is { } client ? new(client, null, name) : null;
    }

    private static ResolvedModel? ResolveUnnamed(FlowRuntime runtime)
    {
        if (runtime.Models.Names is [var only]) return ResolveNamed(runtime, only);
        return runtime.Services?.GetService<IChatClient>() is { } client ? new(client, null, null) : null;
    }
}

internal readonly record struct ResolvedModel(IChatClient Client, ModelPrice? Price, string? Name);
