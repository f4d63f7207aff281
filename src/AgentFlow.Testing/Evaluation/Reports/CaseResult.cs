using System.Diagnostics;
using System.Text.Json.Serialization;

namespace AgentFlow.Testing;

/// <summary>What came of a case: one result per repetition.</summary>
[DebuggerDisplay("{Name}: {Mean}")]
public sealed record CaseResult
{
    /// <summary>Stands beside the scorers for the share of runs that had a result.</summary>
    public const string Completed = "completed";

    /// <summary>The name of the case.</summary>
    public required string Name { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Its runs, in the order in which they were started.</summary>
    public required IReadOnlyList<RunResult> Runs { get; init; }

    /// <summary>The mean over all runs and scorers, each counting the same.</summary>
    [JsonIgnore]
    public double Mean => Runs.Average(static run => run.Mean);

    /// <summary>How many runs failed.</summary>
    [JsonIgnore]
    public int FailedRuns => Runs.Count(static run => run.Failure is not null);

    /// <summary>What a scorer made of all runs.</summary>
    /// <param name="scorer">Its name, or <see cref="Completed"/>.</param>
    /// <exception cref="ArgumentException">There is no such scorer.</exception>
    public ScoreSummary ScoreOf(string scorer)
    {
        double[] values = scorer == Completed
            ? [.. Runs.Select(static run => run.Failure is null ? 1.0 : 0.0)]
            : [.. Runs.SelectMany(run => run.Scores.Where(score => score.Scorer == scorer)).Select(static score => score.Value)];
        if (values.Length == 0) throw new ArgumentException($"Case '{Name}' has no scorer '{scorer}'.", nameof(scorer));
        return new(scorer, values.Average(), values.Min(), values.Max());
    }

    /// <summary>What is said against the worst run by a scorer, or by all of them.</summary>
    internal string Worst(string? scorer = null)
    {
        if (scorer == Completed) return Runs.FirstOrDefault(static run => run.Failure is not null)?.Failure?.ToString() ?? "";
        var worst = Runs.SelectMany(run => run.Scores.Where(score => scorer is null || score.Scorer == scorer)).MinBy(static score => score.Value);
        return worst is null or { Value: 1 } ? "" : scorer is null && Runs.All(static run => run.Failure is null) ? $"{worst.Scorer}: {worst.Reason}" : worst.Reason;
    }
}

/// <summary>What a scorer made of the runs of a case.</summary>
/// <param name="Scorer">Its name.</param>
/// <param name="Mean">The mean, 0 to 1.</param>
/// <param name="Min">The worst run.</param>
/// <param name="Max">The best run.</param>
public readonly record struct ScoreSummary(string Scorer, double Mean, double Min, double Max)
{
    /// <summary>How far the runs differ: 0 when all are scored the same.</summary>
    public double Spread => Max - Min;
}
