using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What a model costs, in the currency of the host's choice.</summary>
/// <param name="InputPerMillion">The price of a million input tokens.</param>
/// <param name="OutputPerMillion">The price of a million output tokens.</param>
public sealed record ModelPrice(decimal InputPerMillion, decimal OutputPerMillion)
{
    internal decimal Of(UsageDetails usage) =>
        ((usage.InputTokenCount ?? 0) * InputPerMillion + (usage.OutputTokenCount ?? 0) * OutputPerMillion) / 1_000_000m;
}

/// <summary>The models that agents refer to by name. Thread-safe.</summary>
[DebuggerDisplay("{string.Join(\", \", Names),nq}")]
public sealed class ModelRegistry
{
    private readonly ConcurrentDictionary<string, (IChatClient Client, ModelPrice? Price, int? ContextTokens)> _models = new(StringComparer.Ordinal);

    /// <summary>Adds a model, or replaces the one of this name.</summary>
    /// <param name="name">The name agents use.</param>
    /// <param name="client">The client; its lifetime stays the caller's.</param>
    /// <param name="price">What it costs, for the cost in reports and budgets.</param>
    /// <param name="contextTokens">How many tokens its window has, input and answer together: agents keep their conversations inside. Unknown when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window has fewer than 256 tokens.</exception>
    public ModelRegistry Add(string name, IChatClient client, ModelPrice? price = null, int? contextTokens = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(client);
        if (contextTokens < 256) throw new ArgumentOutOfRangeException(nameof(contextTokens), contextTokens, "A window has at least 256 tokens; leave it out when it is unknown.");
        _models[name] = (client, price, contextTokens);
        return this;
    }

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _models.Keys.Order(StringComparer.Ordinal)];

    internal (IChatClient Client, ModelPrice? Price)? Find(string name) => _models.TryGetValue(name, out var model) ? (model.Client, model.Price) : null;

    /// <summary>The size of a model's window; null when it is unknown.</summary>
    internal int? ContextTokensOf(string name) => _models.TryGetValue(name, out var model) ? model.ContextTokens : null;
}
