using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What a model costs, in the currency of the host's choice.</summary>
/// <param name="InputPerMillion">The price of a million input tokens.</param>
/// <param name="OutputPerMillion">The price of a million output tokens.</param>
public sealed record ModelPrice(decimal InputPerMillion, decimal OutputPerMillion)
{
    /// <summary>The price of a million input tokens that the provider read from its prompt cache; <see langword="null"/> when they cost like all others.</summary>
    public decimal? CachedInputPerMillion { get; init; }

    /// <summary>One number to compare models by: three parts input, one part output, as conversations mostly are.</summary>
    internal decimal Blended => (3 * InputPerMillion + OutputPerMillion) / 4;

    internal decimal Of(UsageDetails usage)
    {
        var input = usage.InputTokenCount ?? 0;
        var cached = CachedInputPerMillion is null ? 0 : Math.Clamp(usage.CachedInputTokenCount ?? 0, 0, Math.Max(0, input));
        return ((input - cached) * InputPerMillion + cached * (CachedInputPerMillion ?? 0) + (usage.OutputTokenCount ?? 0) * OutputPerMillion) / 1_000_000m;
    }
}
