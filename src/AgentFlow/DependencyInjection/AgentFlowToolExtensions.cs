using AgentFlow;
using AgentFlow.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Adds tools: for agents of the registry, which name them, and for agents that are built from services: <c>sp.GetRequiredKeyedService&lt;Tool&gt;("find_policy")</c>.
/// </summary>
/// <remarks>Adding a tool gives it to nobody: an agent sees and calls the tools it was built with, or that its definition names.</remarks>
public static class AgentFlowToolExtensions
{
    /// <summary>Adds a tool under its name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="tool">The tool.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another tool has this name.</exception>
    public static IAgentFlowBuilder AddTool(this IAgentFlowBuilder builder, Tool tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return builder.AddTool(tool.Name, tool, _ => tool);
    }

    /// <summary>Adds a tool that is made with the help of services, once.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The tool's name.</param>
    /// <param name="tool">Makes the tool. Services of a call come from the call: a parameter of type <see cref="IServiceProvider"/>.</param>
    /// <inheritdoc cref="AddTool(IAgentFlowBuilder,Tool)" path="/exception"/>
    /// <exception cref="InvalidOptionException">When the tool is resolved: it has another name.</exception>
    public static IAgentFlowBuilder AddTool(this IAgentFlowBuilder builder, string name, Func<IServiceProvider, Tool> tool)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(tool);
        return builder.AddTool(name, tool, services => Named(tool(services), name));
    }

    private static IAgentFlowBuilder AddTool(this IAgentFlowBuilder builder, string name, object identity, Func<IServiceProvider, Tool> tool)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var registration = new RuntimeContribution("tool", name, identity, (services, options) => options.Tools.Add(services.GetRequiredKeyedService<Tool>(name)));
        if (!registration.TryAddTo(builder.Services)) return builder;
        builder.Services.AddKeyedSingleton(name, (services, _) => tool(services));
        builder.Services.AddSingleton(services => services.GetRequiredKeyedService<Tool>(name));
        return builder;
    }

    private static Tool Named(Tool tool, string name) => tool.Name == name
        ? tool
        : throw new InvalidOptionException($"The name of the tool that was added as '{name}'", tool.Name, $"Make it with o => o.Name(\"{name}\"), or add it under its own name.");
}
