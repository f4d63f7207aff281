namespace AgentFlow;

/// <summary>
/// Keeps responses of models for agents that asked for it with <see cref="AgentBuilder{TIn,TOut}.CacheResponses"/>. Thread-safe. What it
/// throws is logged and costs a call of the model, never a run. <c>AgentFlow.Caching</c> has one over <c>IDistributedCache</c>.
/// </summary>
public interface IModelCache
{
    /// <summary>Finds a response.</summary>
    /// <param name="key">A digest in hex digits: of model, conversation, options, tools and whose response it is.</param>
    /// <param name="cancellationToken">Cancelled with the call.</param>
    /// <returns>The bytes as they were kept, or <see langword="null"/>.</returns>
    ValueTask<byte[]?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keeps a response, in place of an earlier one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="response">The bytes; they contain what the model said.</param>
    /// <param name="lifetime">When to forget it, from now on and whether it was used or not.</param>
    /// <param name="cancellationToken">Cancelled with the call.</param>
    ValueTask StoreAsync(string key, byte[] response, TimeSpan lifetime, CancellationToken cancellationToken);
}

/// <summary>Who shares the cached responses of an agent.</summary>
public enum ModelCacheScope
{
    /// <summary>The runs of one tenant; of one user and project where the principal has no tenant.</summary>
    Tenant,

    /// <summary>The runs of one user in one tenant and project.</summary>
    Principal,
}

/// <summary>How an agent's responses are kept.</summary>
internal sealed record ModelCacheRule(TimeSpan Lifetime, ModelCacheScope Scope);
