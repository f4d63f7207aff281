namespace AgentFlow.Testing;

/// <summary>An evaluation in numbers. Immutable.</summary>
public sealed record EvaluationTotals
{
    internal EvaluationTotals(EvaluationReport report)
    {
        RunResult[] runs = [.. report.Cases.SelectMany(static each => each.Runs)];
        Runs = runs.Length;
        FailedRuns = runs.Count(static run => run.Failure is not null);
        ScorerErrors = runs.Sum(static run => run.Scores.Count(static score => score.IsError));
        Mean = report.Cases.Average(static each => each.Mean);
        Scores = [.. report.Scorers.Select(name =>
        {
            ScoreSummary[] each = [.. report.Cases.Select(one => one.ScoreOf(name))];
            return new ScoreSummary(name, each.Average(static one => one.Mean), each.Min(static one => one.Min), each.Max(static one => one.Max));
        })];
        Usage = runs.Aggregate(EvaluationUsage.None, static (sum, run) => sum.Plus(run.Usage));
        Judging = runs.Aggregate(EvaluationUsage.None, static (sum, run) => sum.Plus(run.Judging));
        MeanLatency = runs.Aggregate(TimeSpan.Zero, static (sum, run) => sum + run.Latency) / runs.Length;
    }

    /// <summary>Runs, repetitions included.</summary>
    public int Runs { get; }

    /// <summary>Runs without a result. Each scores 0.</summary>
    public int FailedRuns { get; }

    /// <summary>Scores that are 0 because their scorer failed.</summary>
    public int ScorerErrors { get; }

    /// <summary>The mean over all cases, 0 to 1.</summary>
    public double Mean { get; }

    /// <summary>The mean of each scorer over all cases, and its worst and best run.</summary>
    public IReadOnlyList<ScoreSummary> Scores { get; }

    /// <summary>What the runs took.</summary>
    public EvaluationUsage Usage { get; }

    /// <summary>What the judges took.</summary>
    public EvaluationUsage Judging { get; }

    /// <summary>The mean time from a run's first entry to its last.</summary>
    public TimeSpan MeanLatency { get; }
}
