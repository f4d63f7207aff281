namespace AgentFlow.Testing;

/// <summary>Measures one quality of a run. Called for several runs at the same time; must be thread-safe.</summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the flow yields.</typeparam>
public abstract class Scorer<TIn, TOut>
{
    /// <summary>Creates a scorer.</summary>
    /// <param name="name">Names it in reports and baselines; unique in an evaluation.</param>
    protected Scorer(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The name in reports and baselines.</summary>
    public string Name { get; }

    /// <summary>Whether every case must have an expected value.</summary>
    public virtual bool NeedsExpected => false;

    /// <summary>Scores a run that had a result. What it throws is reported as its failure and scores 0.</summary>
    /// <param name="context">The case, the output, and what the run took.</param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    public abstract ValueTask<Score> ScoreAsync(ScorerContext<TIn, TOut> context, CancellationToken cancellationToken);
}

internal sealed class FunctionScorer<TIn, TOut>(string name, bool needsExpected, Func<ScorerContext<TIn, TOut>, CancellationToken, ValueTask<Score>> score) : Scorer<TIn, TOut>(name)
{
    public override bool NeedsExpected => needsExpected;

    public override ValueTask<Score> ScoreAsync(ScorerContext<TIn, TOut> context, CancellationToken cancellationToken) => score(context, cancellationToken);
}
