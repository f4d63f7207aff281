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

internal static class Eventually
{
    /// <summary>Waits for something that happens on another thread; a defect fails the test instead of hanging it.</summary>
    public static async Task Holds(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "The condition did not come to hold.");
            await Task.Yield();
        }
    }
}
