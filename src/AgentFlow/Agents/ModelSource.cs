using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Which model an agent talks to: a client of its own, or a name that the runtime resolves at every call.</summary>
internal sealed record ModelSource(string? Name, IChatClient? Client, ModelPrice? Price)
{
    public static readonly ModelSource Unnamed = new(null, null, null);

    /// <summary>The runtime's registry, then the container's keyed clients; without a name the only model there is.</summary>
    /// <exception cref="UnknownModelException">There is none.</exception>
    public ResolvedModel Resolve(FlowRuntime runtime, string agent) =>
        TryResolve(runtime) ?? throw new UnknownModelException(agent, Name, runtime.KnownModels);

    public ResolvedModel? TryResolve(FlowRuntime runtime)
    {
        if (Client is not null) return new(Client, Price, Name);
        return Name is null ? ResolveUnnamed(runtime) : ResolveNamed(runtime, Name);
    }

    /// <summary>Whether <see cref="Resolve"/> would find it; makes no client.</summary>
    public bool IsKnownTo(FlowRuntime runtime)
    {
        if (Client is not null) return true;
        if (Name is not null && runtime.Models.Find(Name) is not null) return true;
        return (Name is null && runtime.Models.Names.Count == 1) || runtime.ContainerModels.Has(Name);
    }

    /// <summary>The price, when the model has one; never throws for a model that is not there any more.</summary>
    public ModelPrice? PriceIn(FlowRuntime runtime)
    {
        if (Client is not null) return Price;
        if (Name is not null) return runtime.Models.Find(Name)?.Price;
        return runtime.Models.Names is [var only] ? runtime.Models.Find(only)?.Price : null;
    }

    /// <summary>The size of the model's window, when the runtime knows it.</summary>
    public int? ContextTokensIn(FlowRuntime runtime)
    {
        if (Client is not null) return null;
        if (Name is not null) return runtime.Models.ContextTokensOf(Name);
        return runtime.Models.Names is [var only] ? runtime.Models.ContextTokensOf(only) : null;
    }

    private static ResolvedModel? ResolveNamed(FlowRuntime runtime, string name)
    {
        if (runtime.Models.Find(name) is { } registered) return new(registered.Client, registered.Price, name);
        return runtime.ContainerModels.Find(name) is { } client ? new(client, null, name) : null;
    }

    private static ResolvedModel? ResolveUnnamed(FlowRuntime runtime)
    {
        if (runtime.Models.Names is [var only]) return ResolveNamed(runtime, only);
        return runtime.ContainerModels.Find(null) is { } client ? new(client, null, null) : null;
    }
}

internal readonly record struct ResolvedModel(IChatClient Client, ModelPrice? Price, string? Name);
