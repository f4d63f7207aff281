using System.Collections.Frozen;

namespace AgentFlow;

/// <summary>
/// What the catalog shall say of a model: <c>o =&gt; o.Tier("fast").Price(0.15m, 0.60m).ContextWindow(128_000)</c>. Every method returns the
/// same instance. Used while the model is added only, not thread-safe.
/// </summary>
public sealed class ModelOptions
{
    internal const int SmallestWindow = 256;

    private readonly HashSet<string> _capabilities = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _tags = new(StringComparer.OrdinalIgnoreCase);
    private ModelInfo _info;

    internal ModelOptions(string name) => _info = new(name);

    /// <summary>Says how able and how dear the model is.</summary>
    /// <param name="tier">The host's word, for example <c>fast</c>, <c>balanced</c> or <c>strong</c>.</param>
    public ModelOptions Tier(string tier)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tier);
        _info = _info with { Tier = tier };
        return this;
    }

    /// <summary>Says what the model costs, for the cost in reports and budgets.</summary>
    /// <param name="inputPerMillion">The price of a million input tokens, 0 or more.</param>
    /// <param name="outputPerMillion">The price of a million output tokens, 0 or more.</param>
    /// <param name="cachedInputPerMillion">The price of a million input tokens from the provider's prompt cache; like the others when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative price.</exception>
    public ModelOptions Price(decimal inputPerMillion, decimal outputPerMillion, decimal? cachedInputPerMillion = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputPerMillion);
        ArgumentOutOfRangeException.ThrowIfNegative(outputPerMillion);
        ArgumentOutOfRangeException.ThrowIfNegative(cachedInputPerMillion ?? 0, nameof(cachedInputPerMillion));
        return Price(new ModelPrice(inputPerMillion, outputPerMillion) { CachedInputPerMillion = cachedInputPerMillion });
    }

    /// <summary>Says what the model costs.</summary>
    /// <param name="price">The price.</param>
    public ModelOptions Price(ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        _info = _info with { Price = price };
        return this;
    }

    /// <summary>
    /// Takes price, limits and capabilities from what a table says: <c>o =&gt; o.From(ModelPriceTable.BuiltIn, "gpt-4o-mini").Tier("fast")</c>.
    /// What is said of them afterwards replaces it.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="model">The model's public name in the table.</param>
    /// <exception cref="ArgumentException">The table does not have it.</exception>
    public ModelOptions From(ModelPriceTable table, string model)
    {
        ArgumentNullException.ThrowIfNull(table);
        var known = table.Find(model) ?? throw new ArgumentException($"The price table ({table.Source}) has no model '{model}'. Load a newer one, or say Price(…), ContextWindow(…) and Capabilities(…).", nameof(model));
        _info = _info with { Price = known.Price ?? _info.Price, ContextWindow = known.ContextWindow ?? _info.ContextWindow, MaxOutputTokens = known.MaxOutputTokens ?? _info.MaxOutputTokens };
        return Capabilities(known.Capabilities);
    }

    /// <summary>Says how many tokens the model reads and writes in one call together: agents keep their conversations inside.</summary>
    /// <param name="tokens">At least 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer.</exception>
    public ModelOptions ContextWindow(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, SmallestWindow);
        _info = _info with { ContextWindow = tokens };
        return this;
    }

    /// <summary>Says how many tokens the model writes in one call at the most.</summary>
    /// <param name="tokens">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public ModelOptions MaxOutput(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        _info = _info with { MaxOutputTokens = tokens };
        return this;
    }

    /// <summary>Says what the model can do; see <see cref="ModelCapabilities"/> for the usual words. Saying more adds.</summary>
    /// <param name="capabilities">Not empty.</param>
    public ModelOptions Capabilities(params IEnumerable<string> capabilities) => AddTo(_capabilities, capabilities);

    /// <summary>Adds whatever else the host chooses models by.</summary>
    /// <param name="tags">Not empty.</param>
    public ModelOptions Tags(params IEnumerable<string> tags) => AddTo(_tags, tags);

    /// <summary>Runs the model's calls under a limit of the runtime, whichever agent makes them. A lane that an agent's <c>ModelCalls</c> name goes before.</summary>
    /// <param name="name">A lane of <see cref="Scheduling.SchedulerOptions"/>.</param>
    public ModelOptions Lane(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _info = _info with { Lane = name };
        return this;
    }

    /// <summary>
    /// Lets other models stand in on an outage, in this order. What they fall back to themselves is not followed; an agent that names
    /// fallbacks of its own uses those.
    /// </summary>
    /// <param name="models">Names of models.</param>
    public ModelOptions FallbackTo(params IEnumerable<string> models)
    {
        _info = _info with { Fallbacks = ModelNames.Distinct(models) };
        return this;
    }

    /// <summary>Says when the model is left out while it keeps failing. Counts for calls that have another model to fall back to. Default: half of at least 5 calls within 30 seconds, for 30 seconds.</summary>
    /// <param name="failureRatio">The share of outages that opens the circuit, more than 0 and at most 1.</param>
    /// <param name="minimumCalls">Calls within the sampling time before the share counts, at least 2.</param>
    /// <param name="sampling">The time that is looked at, half a second to a day; 30 seconds when not given.</param>
    /// <param name="pause">How long the model is left out, half a second to a day; 30 seconds when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public ModelOptions Circuit(double failureRatio = 0.5, int minimumCalls = 5, TimeSpan? sampling = null, TimeSpan? pause = null)
    {
        if (!(failureRatio > 0 && failureRatio <= 1)) throw new ArgumentOutOfRangeException(nameof(failureRatio), failureRatio, "Use a share of more than 0 and at most 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCalls, 2);
        var least = TimeSpan.FromMilliseconds(500);
        var usual = ModelCircuitOptions.Default;
        _info = _info with
        {
            Circuit = new(
                failureRatio,
                minimumCalls,
                OptionRange.Within(sampling ?? usual.Sampling, least, OptionRange.Day, nameof(sampling)),
                OptionRange.Within(pause ?? usual.Pause, least, OptionRange.Day, nameof(pause))),
        };
        return this;
    }

    internal ModelInfo Freeze() => _info with
    {
        Capabilities = _capabilities.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
        Tags = _tags.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
    };

    private ModelOptions AddTo(HashSet<string> words, IEnumerable<string> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        foreach (var word in given)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(word);
            words.Add(word);
        }

        return this;
    }
}

internal static class ModelNames
{
    public static IReadOnlyList<string> Distinct(IEnumerable<string> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var names = new List<string>();
        foreach (var name in models)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(models));
            if (names.Contains(name)) throw new ArgumentException($"Model '{name}' is named twice.", nameof(models));
            names.Add(name);
        }

        return names;
    }
}
