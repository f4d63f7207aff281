using System.Globalization;

namespace AgentFlow.Testing;

/// <content>What a run takes: 1 up to the limit, and less the further it is above; half at twice the limit.</content>
public sealed partial class ScorerSet<TIn, TOut>
{
    /// <summary>How long the run takes, from its first entry to its last, by the runtime's clock.</summary>
    /// <param name="atMost">What is good enough; more than zero.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Latency(TimeSpan atMost, string name = "latency") =>
        Spending(name, "Latency", atMost.TotalMilliseconds, context => context.Latency.TotalMilliseconds, value => Durations.Text(TimeSpan.FromMilliseconds(value)));

    /// <summary>How many tokens the models of the run read and write, as far as they say.</summary>
    /// <param name="atMost">What is good enough; more than zero.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Tokens(long atMost, string name = "tokens") =>
        Spending(name, "Tokens", atMost, context => context.Usage.InputTokens + context.Usage.OutputTokens, value => $"{Plain(value)} tokens");

    /// <summary>What the run costs, in the currency of the prices. A run with calls whose price is not known fails it.</summary>
    /// <param name="atMost">What is good enough; more than zero.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Cost(decimal atMost, string name = "cost") => Spending(
        name,
        "Cost",
        (double)atMost,
        context => context.Usage.UnpricedCalls == 0 ? (double)context.Usage.Cost : throw new InvalidOperationException($"{context.Usage.UnpricedCalls} model calls have no known price. Give the model a ModelPrice."),
        Plain);

    /// <summary>How many effects the run executes: steps, model calls, tool calls.</summary>
    /// <param name="atMost">What is good enough; at least 1.</param>
    /// <param name="name">Its name in reports and baselines.</param>
    public ScorerSet<TIn, TOut> Effects(int atMost, string name = "effects") =>
        Spending(name, "Effects", atMost, context => context.Usage.Effects, value => $"{Plain(value)} effects");

    private ScorerSet<TIn, TOut> Spending(string name, string verb, double atMost, Func<ScorerContext<TIn, TOut>, double> spent, Func<double, string> text)
    {
        if (!(atMost > 0)) throw new InvalidOptionException($"{verb}.atMost", atMost, "Use more than zero.");
        return Add(name, context =>
        {
            var actual = spent(context);
            return Score.AtMost(actual, atMost, () => $"{text(actual)}, at most {text(atMost)}");
        });
    }

    private static string Plain(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
