using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>One invocation of an agent under policies: from a flow or another agent, to it.</summary>
internal sealed class AgentInvocation<TIn, TOut>(Agent<TIn, TOut> agent, FlowContext scope, StepPath path)
    : Invocation<TIn, TOut>(scope, path, agent.Name, PolicyOperation.InvokeAgent, Invocations.AgentEnd)
{
    protected override Step Step => agent;

    protected override ValueTask<TOut> ProceedAsync(FlowContext inside, TIn input) => agent.ProceedAsync(inside, Path, input);

    protected override void Describe(PolicyFacts facts, TIn input) => agent.DescribeTo(facts, input);
}
