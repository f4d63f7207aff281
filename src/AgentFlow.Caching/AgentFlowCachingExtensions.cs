using AgentFlow;
using AgentFlow.Caching;
using AgentFlow.DependencyInjection;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets agents keep model responses.</summary>
public static class AgentFlowCachingExtensions
{
    /// <summary>
    /// Keeps the responses of agents with <c>CacheResponses</c> in the container's <see cref="IDistributedCache"/>. The first call counts; a
    /// cache that is registered as <see cref="IModelCache"/> already stays.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="prefix">What the keys begin with.</param>
    /// <exception cref="InvalidOperationException">When the runtime is resolved: the container has no <see cref="IDistributedCache"/>.</exception>
    public static IAgentFlowBuilder UseDistributedModelCache(this IAgentFlowBuilder builder, string prefix = DistributedModelCache.DefaultPrefix)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(prefix);
        builder.Services.TryAddSingleton<IModelCache>(services => new DistributedModelCache(services.GetRequiredService<IDistributedCache>(), prefix));
        return builder;
    }
}
