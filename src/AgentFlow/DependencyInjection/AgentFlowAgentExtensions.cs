using AgentFlow;
using AgentFlow.Agents;
using AgentFlow.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the registry of agents.</summary>
public static class AgentFlowAgentExtensions
{
    /// <summary>
    /// Adds an <see cref="AgentRegistry"/>, for the flows that refer to agents by name, and for whoever changes them. Its changes are kept in the
    /// <see cref="IAgentStore"/> that the container has, or in memory.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Freshness; the clock is the container's <see cref="TimeProvider"/>, if it has one.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: a registry was added in another way before.</exception>
    public static IAgentFlowBuilder AddAgentRegistry(this IAgentFlowBuilder builder, Action<AgentRegistryOptions>? configure = null) =>
        builder.AddAgentRegistry(configure, static services => services.GetService<IAgentStore>(), configure);

    /// <summary>Adds an <see cref="AgentRegistry"/> whose changes are kept in a directory: see <see cref="FileAgentStore"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="configure">Freshness; the clock is the container's <see cref="TimeProvider"/>, if it has one.</param>
    /// <inheritdoc cref="AddAgentRegistry(IAgentFlowBuilder,Action{AgentRegistryOptions})" path="/exception"/>
    public static IAgentFlowBuilder AddAgentRegistry(this IAgentFlowBuilder builder, string directory, Action<AgentRegistryOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return builder.AddAgentRegistry(directory, _ => new FileAgentStore(directory), configure);
    }

    private static IAgentFlowBuilder AddAgentRegistry(this IAgentFlowBuilder builder, object? identity, Func<IServiceProvider, IAgentStore?> store, Action<AgentRegistryOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(services =>
        {
            var options = new AgentRegistryOptions { Time = services.GetService<TimeProvider>() ?? TimeProvider.System };
            configure?.Invoke(options);
            return new AgentRegistry(store(services), options);
        });
        new RuntimeContribution("agent registry", "agents", identity ?? typeof(AgentRegistry), static (services, options) => options.Agents = services.GetRequiredService<AgentRegistry>()).TryAddTo(builder.Services);
        return builder;
    }
}
