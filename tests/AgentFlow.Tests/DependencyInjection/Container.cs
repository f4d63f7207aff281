using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.DependencyInjection;

internal static class Container
{
    /// <summary>A container as strict as a host's in development.</summary>
    public static ServiceProvider Strict(this IServiceCollection services) =>
        services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });

    public static ServiceProvider Strict(this IAgentFlowBuilder builder) => builder.Services.Strict();

    public static FlowRuntime Runtime(this IServiceProvider services) => services.GetRequiredService<FlowRuntime>();
}
