namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// What <see cref="AgentFlowServiceCollectionExtensions.AddAgentFlow"/> returns: the place where models, flows, policies and other
/// packages are added by extension methods. Registration order is the order in which things apply. Not thread-safe.
/// </summary>
public interface IAgentFlowBuilder
{
    /// <summary>The services that everything is registered in.</summary>
    IServiceCollection Services { get; }
}
