using System.Diagnostics.CodeAnalysis;
using AgentFlow;
using AgentFlow.Approvals;
using AgentFlow.DependencyInjection;
using AgentFlow.Policies;
using AgentFlow.Scheduling;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds policies, obligation handlers, the approver, notifiers and lanes.</summary>
public static class AgentFlowGovernanceExtensions
{
    /// <summary>
    /// Adds a policy as a singleton. Policies are asked in the order in which they were added; one class counts once. Policies that are
    /// registered as <see cref="IPolicy"/> in another way count as well.
    /// </summary>
    /// <typeparam name="T">The policy; its constructor may take services.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another policy has the same name.</exception>
    public static IAgentFlowBuilder AddPolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IAgentFlowBuilder builder)
        where T : class, IPolicy => builder.AddToAll<IPolicy, T>();

    /// <summary>Adds a policy.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="policy">The policy.</param>
    /// <inheritdoc cref="AddPolicy{T}(IAgentFlowBuilder)" path="/exception"/>
    public static IAgentFlowBuilder AddPolicy(this IAgentFlowBuilder builder, IPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policy);
        builder.Services.AddSingleton(policy);
        return builder;
    }

    /// <summary>Adds a handler of the host's own obligations as a singleton; the first one that can discharge an obligation does.</summary>
    /// <typeparam name="T">The handler; its constructor may take services.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IAgentFlowBuilder AddObligationHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IAgentFlowBuilder builder)
        where T : class, IObligationHandler => builder.AddToAll<IObligationHandler, T>();

    /// <summary>Adds the one approver that is asked first for every request that opens.</summary>
    /// <typeparam name="T">The approver; its constructor may take services.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: there is another approver.</exception>
    public static IAgentFlowBuilder AddApprover<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IAgentFlowBuilder builder)
        where T : class, IApprover => builder.AddToAll<IApprover, T>();

    /// <summary>Adds a notifier as a singleton: it is told what happens to requests. One class counts once.</summary>
    /// <typeparam name="T">The notifier; its constructor may take services.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IAgentFlowBuilder AddRequestNotifier<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IAgentFlowBuilder builder)
        where T : class, IRequestNotifier => builder.AddToAll<IRequestNotifier, T>();

    /// <summary>Adds a lane: a named limit that the effects of all runs share.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name effects refer to.</param>
    /// <param name="maxConcurrent">How many effects of the lane run at the same time, at least 1.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: the lane was added with another limit.</exception>
    /// <exception cref="InvalidOptionException">When the runtime is resolved: the limit is less than 1.</exception>
    public static IAgentFlowBuilder AddLane(this IAgentFlowBuilder builder, string name, int maxConcurrent)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        new RuntimeContribution("lane", name, maxConcurrent, (_, options) => options.Scheduler.AddLane(name, maxConcurrent)).TryAddTo(builder.Services);
        return builder;
    }

    /// <summary>Adds a lane with limits of several kinds: <c>AddLane("openai", o =&gt; o.Concurrency(8).RequestsPerMinute(600).TokensPerMinute(90_000))</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name effects refer to.</param>
    /// <param name="configure">Sets the limits. Called when the runtime is resolved.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: the lane was added with other limits.</exception>
    /// <exception cref="InvalidOptionException">When the runtime is resolved: a limit is out of its range.</exception>
    public static IAgentFlowBuilder AddLane(this IAgentFlowBuilder builder, string name, Action<LaneOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        new RuntimeContribution("lane", name, configure, (_, options) => options.Scheduler.AddLane(name, configure)).TryAddTo(builder.Services);
        return builder;
    }

    private static IAgentFlowBuilder AddToAll<TPort, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IAgentFlowBuilder builder)
        where TPort : class
        where T : class, TPort
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<TPort, T>());
        return builder;
    }
}
