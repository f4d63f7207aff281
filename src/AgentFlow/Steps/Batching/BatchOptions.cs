using System.Diagnostics;

namespace AgentFlow;

/// <summary>How items are gathered. Every method returns the same instance; used while the step is made only.</summary>
public sealed class BatchOptions
{
    internal bool RetriesIndividually { get; private set; }

    internal bool GathersAcrossTenants { get; private set; }

    /// <summary>When a batch fails, calls the body once more for each item alone, one after the other, so that one bad item fails only itself. Default: all items of the batch fail.</summary>
    public BatchOptions RetryIndividually()
    {
        RetriesIndividually = true;
        return this;
    }

    /// <summary>Lets items of all tenants and users share a batch: for bodies that keep them apart themselves. Default: they do not.</summary>
    public BatchOptions AcrossTenants()
    {
        GathersAcrossTenants = true;
        return this;
    }
}

/// <summary>What the body of a batched step is handed beside its items. Do not keep it after the body has returned.</summary>
[DebuggerDisplay("{Items.Count} items")]
public sealed class BatchContext
{
    private readonly IServiceProvider? _services;

    internal BatchContext(IReadOnlyList<StepContext> items, IServiceProvider? services, TimeProvider time, CancellationToken cancellationToken)
    {
        Items = items;
        _services = services;
        Time = time;
        CancellationToken = cancellationToken;
    }

    /// <summary>The call of each item: its run, path, idempotency key, principal and progress. In the order of the items.</summary>
    public IReadOnlyList<StepContext> Items { get; }

    /// <summary>Cancelled when every item has been cancelled.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The runtime's clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Services of a scope that lives for this call of the body.</summary>
    /// <exception cref="InvalidOperationException">The runtime was created without a service provider.</exception>
    public IServiceProvider Services => _services ?? throw new InvalidOperationException(
        "A batched step asked for services, but its runtime has none. Create the runtime with services.AddAgentFlow(), or set FlowRuntimeOptions.Services.");
}

/// <summary>The body of a batched step did not yield one result for each item.</summary>
public sealed class BatchResultException : AgentFlowException
{
    internal BatchResultException(int items, int? results)
        : base($"The body of a batched step yielded {(results is null ? "null" : $"{results} results")} for {items} items. Yield one result for each item, in their order; a failed one can be a value too.")
    {
        Items = items;
        Results = results;
    }

    /// <summary>How many items it was given.</summary>
    public int Items { get; }

    /// <summary>How many results it yielded; <see langword="null"/> when it yielded null.</summary>
    public int? Results { get; }
}
