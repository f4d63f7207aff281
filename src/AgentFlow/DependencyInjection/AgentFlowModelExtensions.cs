using System.Runtime.CompilerServices;
using AgentFlow;
using AgentFlow.DependencyInjection;
using Microsoft.Extensions.AI;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds models that agents name.</summary>
public static class AgentFlowModelExtensions
{
    /// <summary>Adds a model whose client is made once, with the runtime, and disposed with the container.</summary>
    /// <remarks>An <see cref="IChatClient"/> that is registered under a key needs no model: agents find it by its key.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name agents use.</param>
    /// <param name="client">Makes the client.</param>
    /// <param name="price">What it costs, for the cost in reports and budgets.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another model has this name.</exception>
    [OverloadResolutionPriority(1)]
    public static IAgentFlowBuilder AddModel(this IAgentFlowBuilder builder, string name, Func<IServiceProvider, IChatClient> client, ModelPrice? price = null)
    {
        ArgumentNullException.ThrowIfNull(client);

        // A key of its own: the factory may well resolve a client that the host has registered under the model's name.
        var key = new object();
        if (builder.TryContribute(name, (client, price), services => services.GetRequiredKeyedService<IChatClient>(key), price))
        {
            builder.Services.AddKeyedSingleton(key, (services, _) => client(services));
        }

        return builder;
    }

    /// <summary>Adds a model. The client's lifetime stays the caller's.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name agents use.</param>
    /// <param name="client">The client.</param>
    /// <param name="price">What it costs, for the cost in reports and budgets.</param>
    /// <inheritdoc cref="AddModel(IAgentFlowBuilder,string,Func{IServiceProvider,IChatClient},ModelPrice)" path="/exception"/>
    [OverloadResolutionPriority(1)]
    public static IAgentFlowBuilder AddModel(this IAgentFlowBuilder builder, string name, IChatClient client, ModelPrice? price = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        builder.TryContribute(name, (client, price), _ => client, price);
        return builder;
    }

    /// <summary>Adds a model with what there is to know of it; its client is made once, with the runtime, and disposed with the container.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name agents use.</param>
    /// <param name="client">Makes the client.</param>
    /// <param name="configure">Tier, price, context window, capabilities, tags, lane, fallbacks. Called when the runtime is resolved.</param>
    /// <inheritdoc cref="AddModel(IAgentFlowBuilder,string,Func{IServiceProvider,IChatClient},ModelPrice)" path="/exception"/>
    public static IAgentFlowBuilder AddModel(this IAgentFlowBuilder builder, string name, Func<IServiceProvider, IChatClient> client, Action<ModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configure);
        var key = new object();
        if (builder.TryContribute(name, (client, configure), services => services.GetRequiredKeyedService<IChatClient>(key), configure))
        {
            builder.Services.AddKeyedSingleton(key, (services, _) => client(services));
        }

        return builder;
    }

    /// <summary>Adds a model with what there is to know of it. The client's lifetime stays the caller's.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name agents use.</param>
    /// <param name="client">The client.</param>
    /// <param name="configure">Tier, price, context window, capabilities, tags, lane, fallbacks. Called when the runtime is resolved.</param>
    /// <inheritdoc cref="AddModel(IAgentFlowBuilder,string,Func{IServiceProvider,IChatClient},ModelPrice)" path="/exception"/>
    public static IAgentFlowBuilder AddModel(this IAgentFlowBuilder builder, string name, IChatClient client, Action<ModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configure);
        builder.TryContribute(name, (client, configure), _ => client, configure);
        return builder;
    }

    /// <summary>Says what there is to know of a client that is registered under the model's name as a keyed <see cref="IChatClient"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The key, and the name agents use.</param>
    /// <param name="configure">Tier, price, context window, capabilities, tags, lane, fallbacks. Called when the runtime is resolved.</param>
    /// <inheritdoc cref="AddModel(IAgentFlowBuilder,string,Func{IServiceProvider,IChatClient},ModelPrice)" path="/exception"/>
    public static IAgentFlowBuilder DescribeModel(this IAgentFlowBuilder builder, string name, Action<ModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.TryContribute(name, configure, services => services.GetRequiredKeyedService<IChatClient>(name), configure);
        return builder;
    }

    /// <summary>Says what a client costs that is registered under the model's name as a keyed <see cref="IChatClient"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The key, and the name agents use.</param>
    /// <param name="price">What it costs.</param>
    /// <inheritdoc cref="AddModel(IAgentFlowBuilder,string,Func{IServiceProvider,IChatClient},ModelPrice)" path="/exception"/>
    public static IAgentFlowBuilder AddModel(this IAgentFlowBuilder builder, string name, ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        builder.TryContribute(name, price, services => services.GetRequiredKeyedService<IChatClient>(name), price);
        return builder;
    }

    private static bool TryContribute(this IAgentFlowBuilder builder, string name, object identity, Func<IServiceProvider, IChatClient> client, ModelPrice? price) =>
        builder.TryContribute(name, identity, client, options => { if (price is not null) options.Price(price); });

    private static bool TryContribute(this IAgentFlowBuilder builder, string name, object identity, Func<IServiceProvider, IChatClient> client, Action<ModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var model = new RuntimeContribution("model", name, identity, (services, options) => options.Models.Add(name, client(services), configure));
        return model.TryAddTo(builder.Services);
    }
}
