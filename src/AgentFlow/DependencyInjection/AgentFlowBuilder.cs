using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.DependencyInjection;

internal sealed class AgentFlowBuilder(IServiceCollection services) : IAgentFlowBuilder
{
    public IServiceCollection Services => services;
}
