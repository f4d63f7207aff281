using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.DependencyInjection;

/// <summary>
/// The chat clients of a service container, under a key or without one. Each is resolved once: clients are made for concurrent use,
/// and one that the container makes anew each time would be kept by it until the end.
/// </summary>
internal sealed class ContainerModels(IServiceProvider? services)
{
    private readonly ConcurrentDictionary<string, IChatClient?> _clients = new(StringComparer.Ordinal);

    /// <summary>The keys, as far as they are known: those of the collection that AddAgentFlow was called on.</summary>
    public IReadOnlyList<string> Names => services?.GetService<KeyedClientNames>()?.Names ?? [];

    /// <summary>The client under a key, or without one when the name is null.</summary>
    public IChatClient? Find(string? name) => services is null ? null : _clients.GetOrAdd(name ?? "", static (key, services) => Resolve(services, key), services);

    /// <summary>Whether there is such a client; makes none.</summary>
    public bool Has(string? name)
    {
        if (services is null) return false;
        if (services.GetService<IServiceProviderIsKeyedService>() is not { } known) return Find(name) is not null;
        return name is null ? known.IsService(typeof(IChatClient)) : known.IsKeyedService(typeof(IChatClient), name);
    }

    private static IChatClient? Resolve(IServiceProvider services, string key)
    {
        if (key.Length == 0) return services.GetService<IChatClient>();
        return services is IKeyedServiceProvider keyed ? keyed.GetKeyedService<IChatClient>(key) : null;
    }
}

/// <summary>Reads the keys from the descriptors: a container cannot list its keyed services.</summary>
internal sealed class KeyedClientNames(IServiceCollection collection)
{
    public IReadOnlyList<string> Names =>
    [
        .. collection.Where(descriptor => descriptor.IsKeyedService && descriptor.ServiceType == typeof(IChatClient))
            .Select(descriptor => descriptor.ServiceKey).OfType<string>().Distinct().Order(StringComparer.Ordinal),
    ];
}
