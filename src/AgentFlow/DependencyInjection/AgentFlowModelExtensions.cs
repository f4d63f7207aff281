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
    public static IAgentFlowBuilder AddModel(this IAgentFlowBuilder builder, string name, IChatClient client, ModelPrice? price = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        builder.TryContribute(name, (client, price), _ => client, price);
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

    private static bool TryContribute(this IAgentFlowBuilder builder, string name, object identity, Func<IServiceProvider, IChatClient> client, ModelPrice? price)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var model = new RuntimeContribution("model", name, identity, (services, options) => options.Models.Add(name, client(services), price));
        return model.TryAddTo(builder.Services);
    }
}
