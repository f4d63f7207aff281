using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The models that agents refer to by name, by tier or by what they can do. Thread-safe.</summary>
[DebuggerDisplay("{string.Join(\", \", Names),nq}")]
public sealed class ModelRegistry
{
    private readonly ConcurrentDictionary<string, CatalogModel> _models = new(StringComparer.Ordinal);
    private Func<Exception, bool> _isOutage = ModelOutage.IsOutage;
    private int _added;
    private volatile bool _isRouted;

    /// <summary>
    /// Which failures of a model's client are an outage, for which another model may stand in: <see cref="ModelOutage.IsOutage"/> when not
    /// replaced. Asked beside the engine's own rule: a refusal by a policy and a cancellation never are. Pure; may be called on any thread.
    /// </summary>
    public Func<Exception, bool> IsOutage
    {
        get => Volatile.Read(ref _isOutage);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _isOutage, value);
        }
    }

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _models.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What is known of each model, in the order in which they were added.</summary>
    public IReadOnlyList<ModelInfo> All => [.. Entries.Select(model => model.Info)];

    /// <summary>Adds a model, or replaces the one of this name.</summary>
    /// <param name="name">The name agents use.</param>
    /// <param name="client">The client; its lifetime stays the caller's.</param>
    /// <param name="price">What it costs, for the cost in reports and budgets.</param>
    /// <param name="contextTokens">How many tokens its window has, input and answer together: agents keep their conversations inside. Unknown when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window has fewer than 256 tokens.</exception>
    [OverloadResolutionPriority(1)]
    public ModelRegistry Add(string name, IChatClient client, ModelPrice? price = null, int? contextTokens = null)
    {
        if (contextTokens < ModelOptions.SmallestWindow) throw new ArgumentOutOfRangeException(nameof(contextTokens), contextTokens, $"A window has at least {ModelOptions.SmallestWindow} tokens; leave it out when it is unknown.");
        return Add(name, client, options =>
        {
            if (price is not null) options.Price(price);
            if (contextTokens is { } tokens) options.ContextWindow(tokens);
        });
    }

    /// <summary>Adds a model with what there is to know of it, or replaces the one of this name.</summary>
    /// <param name="name">The name agents use.</param>
    /// <param name="client">The client; its lifetime stays the caller's.</param>
    /// <param name="configure">Tier, price, context window, capabilities, tags, lane, fallbacks. Called at once.</param>
    public ModelRegistry Add(string name, IChatClient client, Action<ModelOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ModelOptions(name);
        configure(options);
        var info = options.Freeze();
        if (info.Lane is not null || info.Fallbacks.Count > 0) _isRouted = true;
        var order = Interlocked.Increment(ref _added);
        _models.AddOrUpdate(name, _ => new(info, client, order), (_, replaced) => new(info, client, replaced.Order));
        return this;
    }

    /// <summary>What is known of a model, or <see langword="null"/> when there is none of this name.</summary>
    /// <param name="name">The name agents use.</param>
    public ModelInfo? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Entry(name)?.Info;
    }

    /// <summary>Whether any model has a lane or fallbacks, so that its calls need the long way through the gate.</summary>
    internal bool IsRouted => _isRouted;

    internal IEnumerable<CatalogModel> Entries => _models.Values.OrderBy(model => model.Order);

    internal CatalogModel? Entry(string name) => _models.GetValueOrDefault(name);

    /// <summary>The only model there is, or null.</summary>
    internal CatalogModel? Only => _models.Count == 1 ? _models.Values.FirstOrDefault() : null;
}

/// <summary>A model of the catalog. Replacing it makes another one, with a circuit of its own.</summary>
internal sealed class CatalogModel(ModelInfo info, IChatClient client, int order)
{
    public ModelInfo Info => info;

    public IChatClient Client => client;

    public int Order => order;

    /// <summary>The model without any other to stand in; one object for all calls.</summary>
    public ModelRoute Alone => field ??= new([new ResolvedModel(client, info.Price, info.Name, this)], null);
}
