using AgentFlow.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts AgentFlow into a .NET host.</summary>
public static class AgentFlowHostingExtensions
{
    /// <summary>
    /// Registers AgentFlow for a host: the runtime and everything registered with it is checked when the host starts, open runs of a durable
    /// journal continue, schedules begin, and executing runs are drained when it stops.
    /// </summary>
    /// <remarks>Services stop in reverse order: register it before what starts runs, so that this has stopped by then.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder to add models, flows and policies with.</returns>
    /// <exception cref="OptionsValidationException">When the host starts: lists every option and every flow that is wrong, each with its cure.</exception>
    public static IAgentFlowBuilder AddAgentFlowHosting(this IServiceCollection services, Action<AgentFlowHostingOptions>? configure = null) =>
        services.AddAgentFlow().AddHosting(configure);

    /// <summary>Lets the host check the runtime and recover its runs when it starts, and drain it when it stops. Adding it again adds its configuration.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options.</param>
    /// <inheritdoc cref="AddAgentFlowHosting" path="/exception"/>
    public static IAgentFlowBuilder AddHosting(this IAgentFlowBuilder builder, Action<AgentFlowHostingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<AgentFlowHostingOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AgentFlowHostingOptions>, HostingOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AgentFlowHostingOptions>, RuntimeValidator>());
        builder.Services.AddHostedService<DrainOnStop>();
        builder.Services.AddHostedService<RecoverOnStart>();
        return builder;
    }
}
