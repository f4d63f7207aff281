using System.Diagnostics.CodeAnalysis;
using AgentFlow;
using AgentFlow.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds flows, agents and steps: found by name in <see cref="FlowRuntime.Steps"/>, and by type in the container.</summary>
public static class AgentFlowStepExtensions
{
    /// <summary>
    /// Adds a flow: <see cref="FlowRuntime.GetFlow{TIn,TOut}"/> finds it by name, constructors get it as
    /// <see cref="Flow{TIn,TOut}"/>. Several versions of a flow may be added; by type, the last one added is found.
    /// </summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="flow">The flow.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another flow has this name and version.</exception>
    public static IAgentFlowBuilder AddFlow<TIn, TOut>(this IAgentFlowBuilder builder, Flow<TIn, TOut> flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return builder.AddStep(flow, _ => flow);
    }

    /// <summary>Adds a flow that is built with the help of services, once, when the runtime or the flow is resolved.</summary>
    /// <inheritdoc cref="AddFlow{TIn,TOut}(IAgentFlowBuilder,Flow{TIn,TOut})"/>
    /// <param name="builder">The builder.</param>
    /// <param name="flow">Builds the flow.</param>
    public static IAgentFlowBuilder AddFlow<TIn, TOut>(this IAgentFlowBuilder builder, Func<IServiceProvider, Flow<TIn, TOut>> flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return builder.AddStep(flow, flow);
    }

    /// <summary>
    /// Adds an agent: <see cref="FlowRuntime.GetFlow{TIn,TOut}"/> finds it by name, constructors get it as
    /// <see cref="Agent{TIn,TOut}"/>. An agent that only flows refer to need not be added.
    /// </summary>
    /// <typeparam name="TIn">What the agent takes.</typeparam>
    /// <typeparam name="TOut">What the agent answers.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="agent">The agent.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another agent or flow has this name.</exception>
    public static IAgentFlowBuilder AddAgent<TIn, TOut>(this IAgentFlowBuilder builder, Agent<TIn, TOut> agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return builder.AddStep(agent, _ => agent);
    }

    /// <summary>Adds an agent that is built with the help of services, such as its tools, once, when the runtime or the agent is resolved.</summary>
    /// <inheritdoc cref="AddAgent{TIn,TOut}(IAgentFlowBuilder,Agent{TIn,TOut})"/>
    /// <param name="builder">The builder.</param>
    /// <param name="agent">Builds the agent.</param>
    public static IAgentFlowBuilder AddAgent<TIn, TOut>(this IAgentFlowBuilder builder, Func<IServiceProvider, Agent<TIn, TOut>> agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return builder.AddStep(agent, agent);
    }

    /// <summary>Adds a step that can be found by name with <see cref="StepRegistry.Get{TIn,TOut}"/>. A step that only flows refer to need not be added.</summary>
    /// <typeparam name="TIn">What the step takes.</typeparam>
    /// <typeparam name="TOut">What the step yields.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another step has this name.</exception>
    public static IAgentFlowBuilder AddStep<TIn, TOut>(this IAgentFlowBuilder builder, Step<TIn, TOut> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return builder.AddStep(step, _ => step);
    }

    /// <summary>
    /// Registers the class of a constructor-injected step as a scoped service, so that the container validates it. Optional: a class
    /// that is not registered is made with the services of the attempt.
    /// </summary>
    /// <typeparam name="TStep">A class that <c>Then&lt;TStep, TNext&gt;()</c> names.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IAgentFlowBuilder AddStep<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStep>(this IAgentFlowBuilder builder)
        where TStep : Step
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddScoped<TStep>();
        return builder;
    }

    /// <summary>One instance per container, found by its type and by the runtime; the identity tells a second addition of the same from a clash.</summary>
    private static IAgentFlowBuilder AddStep<TStep>(this IAgentFlowBuilder builder, object identity, Func<IServiceProvider, TStep> factory)
        where TStep : Step
    {
        ArgumentNullException.ThrowIfNull(builder);
        var step = new RuntimeContribution("step", null, identity, (services, options) => options.Steps.Add(services.GetRequiredKeyedService<TStep>(identity)));
        if (!step.TryAddTo(builder.Services)) return builder;
        builder.Services.AddKeyedSingleton(identity, (services, _) => factory(services));
        builder.Services.AddSingleton(services => services.GetRequiredKeyedService<TStep>(identity));
        return builder;
    }
}
