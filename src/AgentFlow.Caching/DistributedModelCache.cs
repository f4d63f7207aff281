using System.Diagnostics;
using Microsoft.Extensions.Caching.Distributed;

namespace AgentFlow.Caching;

/// <summary>Keeps model responses in an <see cref="IDistributedCache"/>, each until a fixed time after it was made. Thread-safe.</summary>
/// <remarks>
/// The entries contain what models said, unencrypted. Their keys tell tenants and users apart, so that one cache may serve them all; whoever
/// can write to it can put words into a model's mouth.
/// </remarks>
[DebuggerDisplay("{_prefix}")]
public sealed class DistributedModelCache : IModelCache
{
    /// <summary>What keys begin with when nothing else is said.</summary>
    public const string DefaultPrefix = "agentflow:model:";

    private readonly IDistributedCache _cache;
    private readonly string _prefix;

    /// <summary>Creates the cache.</summary>
    /// <param name="cache">Where entries are kept.</param>
    /// <param name="prefix">What their keys begin with, to tell them from those of others.</param>
    public DistributedModelCache(IDistributedCache cache, string prefix = DefaultPrefix)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(prefix);
        _cache = cache;
        _prefix = prefix;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> FindAsync(string key, CancellationToken cancellationToken) =>
        await _cache.GetAsync(_prefix + key, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask StoreAsync(string key, byte[] response, TimeSpan lifetime, CancellationToken cancellationToken) =>
        await _cache.SetAsync(_prefix + key, response, new() { AbsoluteExpirationRelativeToNow = lifetime }, cancellationToken).ConfigureAwait(false);
}
