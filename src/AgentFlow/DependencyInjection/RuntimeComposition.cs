using AgentFlow.Approvals;
using AgentFlow.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentFlow.DependencyInjection;

/// <summary>Makes the one runtime of a container from what the container holds and what was added with the builder.</summary>
internal sealed class RuntimeComposition(IServiceProvider services)
{
    private bool _isComposing;

    public FlowRuntime CreateRuntime()
    {
        if (_isComposing)
        {
            throw new InvalidOperationException(
                "The FlowRuntime was asked for while it is being made: a model, flow, policy or approver depends on it. Take an IServiceProvider and resolve the FlowRuntime when it is used.");
        }

        _isComposing = true;
        try
        {
            return new FlowRuntime(Compose());
        }
        finally
        {
            _isComposing = false;
        }
    }

    /// <summary>The options of the container's runtime, for another runtime.</summary>
    internal FlowRuntimeOptions Compose()
    {
        var options = new FlowRuntimeOptions
        {
            Services = services,
            Time = services.GetService<TimeProvider>() ?? TimeProvider.System,
            LoggerFactory = services.GetService<ILoggerFactory>(),
            Approver = OnlyApprover(),
            ModelCache = services.GetService<IModelCache>(),
        };
        foreach (var policy in Instances<IPolicy>()) options.Policies.Add(policy);
        foreach (var handler in Instances<IObligationHandler>()) options.ObligationHandlers.Add(handler);
        foreach (var notifier in Instances<IRequestNotifier>()) options.RequestNotifiers.Add(notifier);
        foreach (var contribution in Contributions()) contribution.Apply(services, options);
        RequireDistinct(options.Policies);
        return options;
    }

    private List<RuntimeContribution> Contributions()
    {
        var contributions = new List<RuntimeContribution>();
        foreach (var contribution in services.GetServices<RuntimeContribution>())
        {
            if (contributions.Any(contribution.ClashesWith)) throw new DuplicateRegistrationException(contribution.Kind, contribution.Name!);
            contributions.Add(contribution);
        }

        return contributions;
    }

    private IApprover? OnlyApprover()
    {
        var approvers = Instances<IApprover>();
        if (approvers.Count > 1) throw new DuplicateRegistrationException("approver", approvers[^1].GetType().Name);
        return approvers.Count == 1 ? approvers[0] : null;
    }

    private List<T> Instances<T>()
        where T : class => [.. services.GetServices<T>().Distinct(ReferenceEqualityComparer.Instance).Cast<T>()];

    private static void RequireDistinct(IEnumerable<IPolicy> policies)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var policy in policies)
        {
            if (!names.Add(policy.Name)) throw new DuplicateRegistrationException("policy", policy.Name);
        }
    }
}
