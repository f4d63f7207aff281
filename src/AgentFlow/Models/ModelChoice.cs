using System.Diagnostics;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>
/// Which model of the catalog an agent wants, said by what it must be: <c>m =&gt; m.Tier("fast").Capability("vision").Cheapest()</c>.
/// Immutable: every method returns a new choice, so that one can be kept and refined. Without an order of preference the model that was
/// added first serves.
/// </summary>
/// <remarks>
/// The choice is made anew for every model call, from the catalog as it is then: models whose known window is too small for the conversation
/// are passed over as long as another fits. Which model answered, and why it was chosen, is in the call's entry.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ModelChoice
{
    private readonly IReadOnlyList<(string Text, Func<ModelInfo, bool> Fits)> _wishes;
    private readonly bool _cheapest;
    private readonly Func<ModelChoiceArguments, string?>? _by;

    private ModelChoice(IReadOnlyList<(string, Func<ModelInfo, bool>)> wishes, bool cheapest, Func<ModelChoiceArguments, string?>? by)
    {
        _wishes = wishes;
        _cheapest = cheapest;
        _by = by;
    }

    /// <summary>Any model of the catalog.</summary>
    public static ModelChoice Any { get; } = new([], false, null);

    /// <summary>Only models of this tier.</summary>
    /// <param name="tier">The tier, in lower or upper case alike.</param>
    public ModelChoice Tier(string tier)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tier);
        return With($"tier '{tier}'", model => string.Equals(model.Tier, tier, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Only models that can do this.</summary>
    /// <param name="capability">See <see cref="ModelCapabilities"/> for the usual words.</param>
    public ModelChoice Capability(string capability)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(capability);
        return With($"capability '{capability}'", model => model.Capabilities.Contains(capability));
    }

    /// <summary>Only models with this tag.</summary>
    /// <param name="tag">The tag.</param>
    public ModelChoice Tag(string tag)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        return With($"tag '{tag}'", model => model.Tags.Contains(tag));
    }

    /// <summary>Only models whose context window is known and at least so large.</summary>
    /// <param name="tokens">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public ModelChoice ContextWindow(int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        return With($"a context window of {tokens} tokens", model => model.ContextWindow >= tokens);
    }

    /// <summary>Only models that cost at most so much for a million input tokens and a million output tokens, each.</summary>
    /// <param name="inputPerMillion">The most for input.</param>
    /// <param name="outputPerMillion">The most for output.</param>
    public ModelChoice AtMost(decimal inputPerMillion, decimal outputPerMillion) => With(
        $"a price of at most {inputPerMillion} / {outputPerMillion}", model => model.Price is { } price && price.InputPerMillion <= inputPerMillion && price.OutputPerMillion <= outputPerMillion);

    /// <summary>Only models that a condition of the host's own lets pass.</summary>
    /// <param name="text">What the condition asks for, for errors and entries.</param>
    /// <param name="fits">The condition; pure.</param>
    public ModelChoice Where(string text, Func<ModelInfo, bool> fits)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentNullException.ThrowIfNull(fits);
        return With(text, model => Passes(text, fits, model));
    }

    /// <summary>Of those that fit, the cheapest: by three parts of the input price and one of the output price. Models without a price come last.</summary>
    public ModelChoice Cheapest() => new(_wishes, true, _by);

    /// <summary>Lets code choose among those that fit. It is called once for each model call that is made, and never on replay.</summary>
    /// <param name="choose">Pure; returns the name of one of the candidates.</param>
    public ModelChoice By(Func<ModelChoiceArguments, string?> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        return new(_wishes, _cheapest, choose);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = _wishes.Count == 0 ? "any model" : string.Join(" and ", _wishes.Select(wish => wish.Text));
        return $"{text}{(_cheapest ? ", the cheapest" : "")}{(_by is null ? "" : ", chosen by code")}";
    }

    internal IReadOnlyList<ModelInfo> Candidates(ModelRegistry models)
    {
        var fitting = models.All.Where(model => _wishes.All(wish => wish.Fits(model)));
        return [.. _cheapest ? fitting.OrderBy(model => model.Price is null).ThenBy(model => model.Price?.Blended) : fitting];
    }

    /// <summary>The model for one call, and why; null when none fits.</summary>
    internal (ModelInfo Model, string Reason)? Choose(ModelRegistry models, string agent, ModelRequest request)
    {
        var candidates = Candidates(models);
        if (candidates.Count == 0) return null;
        var tokens = CallTokens.Of(request.Messages, request.Options);
        var roomy = candidates.Where(model => model.ContextWindow is not { } window || window >= tokens).ToList();
        var passed = candidates.Count - roomy.Count;

        // The number of tokens is an estimate: rather the largest window than none.
        if (roomy.Count == 0) roomy = [candidates.MaxBy(model => model.ContextWindow)!];
        var note = passed == 0 ? "" : $"; {passed} with a window too small for about {tokens} tokens";
        if (_by is null) return (roomy[0], $"{this}: '{roomy[0].Name}', one of {candidates.Count}{note}");
        var name = _by(new(agent, request.Messages, tokens, roomy));
        var chosen = roomy.Find(model => model.Name == name) ?? throw new ModelChoiceException(agent, this, name, roomy);
        return (chosen, $"{this}: '{chosen.Name}', one of {candidates.Count}{note}");
    }

    private static bool Passes(string text, Func<ModelInfo, bool> fits, ModelInfo model)
    {
        try
        {
            return fits(model);
        }
        catch (Exception exception)
        {
            throw new ModelChoiceException(text, model.Name, exception);
        }
    }

    private ModelChoice With(string text, Func<ModelInfo, bool> fits) => new([.. _wishes, (text, fits)], _cheapest, _by);
}
