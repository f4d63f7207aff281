using System.Collections.Frozen;
using System.Diagnostics;

namespace AgentFlow;

/// <summary>What the catalog says of a model. Immutable.</summary>
/// <param name="Name">The name agents use.</param>
[DebuggerDisplay("{Description,nq}")]
public sealed record ModelInfo(string Name)
{
    /// <summary>How able and how dear it is in the host's terms, for example <c>fast</c>, <c>balanced</c> or <c>strong</c>; compared without regard to case.</summary>
    public string? Tier { get; init; }

    /// <summary>What it costs, or <see langword="null"/> when that is not known.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>How many tokens it reads and writes in one call together, or <see langword="null"/> when that is not known.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>How many tokens it writes in one call at the most, or <see langword="null"/> when that is not known.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>What it can do, in lower or upper case alike; see <see cref="ModelCapabilities"/>.</summary>
    public IReadOnlySet<string> Capabilities { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whatever else the host chooses models by, for example a region; compared without regard to case.</summary>
    public IReadOnlySet<string> Tags { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The lane its calls run in when the agent's model calls name none, or <see langword="null"/>.</summary>
    public string? Lane { get; init; }

    /// <summary>The models that stand in for it on an outage, in order.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    internal ModelCircuitOptions Circuit { get; init; } = ModelCircuitOptions.Default;

    /// <summary>One line for errors and logs.</summary>
    internal string Description
    {
        get
        {
            var facts = new List<string>();
            if (Tier is not null) facts.Add($"tier {Tier}");
            if (Capabilities.Count > 0) facts.Add(string.Join('+', Capabilities.Order(StringComparer.Ordinal)));
            if (Tags.Count > 0) facts.Add($"tags {string.Join('+', Tags.Order(StringComparer.Ordinal))}");
            if (ContextWindow is { } window) facts.Add($"window {window}");
            return facts.Count == 0 ? Name : $"{Name} ({string.Join(", ", facts)})";
        }
    }
}

/// <summary>When a model that keeps failing is left out, and for how long.</summary>
internal sealed record ModelCircuitOptions(double FailureRatio, int MinimumCalls, TimeSpan Sampling, TimeSpan Pause)
{
    public static readonly ModelCircuitOptions Default = new(0.5, 5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
}
