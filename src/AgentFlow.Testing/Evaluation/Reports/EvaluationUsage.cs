using System.Globalization;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>What runs took. Immutable.</summary>
public sealed record EvaluationUsage
{
    internal static readonly EvaluationUsage None = new();

    /// <summary>Model calls that ended, failed ones included.</summary>
    public int ModelCalls { get; init; }

    /// <summary>Tool calls that ended, failed ones included.</summary>
    public int ToolCalls { get; init; }

    /// <summary>Effects that ended: steps, model calls, tool calls; failed ones included.</summary>
    public int Effects { get; init; }

    /// <summary>Tokens read, as far as the models said.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens written, as far as the models said.</summary>
    public long OutputTokens { get; init; }

    /// <summary>The price of the calls whose price is known, in the currency of the prices.</summary>
    public decimal Cost { get; init; }

    /// <summary>Successful model calls whose price is not known.</summary>
    public int UnpricedCalls { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{ModelCalls} model calls, {ToolCalls} tool calls, {InputTokens} + {OutputTokens} tokens, cost {Cost:0.######}{(UnpricedCalls > 0 ? $" and {UnpricedCalls} calls without a price" : "")}");

    internal static EvaluationUsage Of(IReadOnlyList<JournalEntry> entries)
    {
        var total = RunReport.From(entries).Total;
        return new()
        {
            ModelCalls = total.ModelCalls,
            ToolCalls = total.ToolCalls,
            Effects = entries.Count(static entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true }),
            InputTokens = total.InputTokens,
            OutputTokens = total.OutputTokens,
            Cost = total.Cost,
            UnpricedCalls = total.UnpricedCalls,
        };
    }

    internal EvaluationUsage Plus(EvaluationUsage other) => new()
    {
        ModelCalls = ModelCalls + other.ModelCalls,
        ToolCalls = ToolCalls + other.ToolCalls,
        Effects = Effects + other.Effects,
        InputTokens = InputTokens + other.InputTokens,
        OutputTokens = OutputTokens + other.OutputTokens,
        Cost = Cost + other.Cost,
        UnpricedCalls = UnpricedCalls + other.UnpricedCalls,
    };
}
