using AgentFlow;
using AgentFlow.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers AgentFlow in a service container.</summary>
public static class AgentFlowServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="FlowRuntime"/>, disposed with the container. It takes <see cref="TimeProvider"/>, the logger factory,
    /// policies, obligation handlers, the approver and keyed chat clients from the container; what is not there has its default.
    /// </summary>
    /// <remarks>
    /// Calling it again adds its configuration to what is there; the same delegate counts once. Everything is applied when the runtime is
    /// resolved for the first time.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options; runs in order of registration with what the builder's methods add.</param>
    /// <returns>The builder to add models, flows and policies with.</returns>
    public static IAgentFlowBuilder AddAgentFlow(this IServiceCollection services, Action<FlowRuntimeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(new KeyedClientNames(services));
        services.TryAddSingleton(static services => new RuntimeComposition(services));
        services.TryAddSingleton(static services => services.GetRequiredService<RuntimeComposition>().CreateRuntime());
        if (configure is not null) new RuntimeContribution("configuration", null, configure, (_, options) => configure(options)).TryAddTo(services);
        return new AgentFlowBuilder(services);
    }

    /// <summary>Changes the runtime's options with the help of services: the way for packages to plug in.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Runs when the runtime is resolved, in order of registration.</param>
    public static IAgentFlowBuilder ConfigureRuntime(this IAgentFlowBuilder builder, Action<IServiceProvider, FlowRuntimeOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        new RuntimeContribution("configuration", null, configure, configure).TryAddTo(builder.Services);
        return builder;
    }
}
