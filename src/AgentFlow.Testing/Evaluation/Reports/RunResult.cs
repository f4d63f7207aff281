using System.Text.Json.Serialization;

namespace AgentFlow.Testing;

/// <summary>What one scorer made of one run.</summary>
/// <param name="Scorer">Its name.</param>
/// <param name="Value">0 to 1.</param>
/// <param name="Reason">Why; the first 500 characters.</param>
public sealed record RunScore(string Scorer, double Value, string Reason)
{
    internal const int MaxText = 500;

    /// <summary>Whether the scorer failed: it threw, gave nothing, or a number outside 0 to 1. The value is 0 then.</summary>
    public bool IsError { get; init; }
}

/// <summary>Why a run had no result.</summary>
/// <param name="Type">The type of the failure, as <see cref="FlowRunFailedException.ErrorType"/> says it; <c>Cancelled</c> for a cancelled run.</param>
/// <param name="Message">Its message; the first 500 characters.</param>
/// <param name="Path">Where in the run, when that is known.</param>
public sealed record RunFailure(string Type, string Message, string? Path = null)
{
    /// <inheritdoc/>
    public override string ToString() => Path is null ? $"{Type}: {Message}" : $"{Type} at '{Path}': {Message}";

    internal static RunFailure Of(Exception exception) => exception switch
    {
        FlowRunFailedException failed => new(failed.ErrorType, Cut(failed.InnerException?.Message ?? failed.Message), failed.Path.ToString()),
        FlowRunCancelledException cancelled => new("Cancelled", Cut(cancelled.Reason)),
        _ => new(exception.GetType().FullName ?? exception.GetType().Name, Cut(exception.Message)),
    };

    private static string Cut(string text) => PlainText.Cut(text, RunScore.MaxText);
}

/// <summary>One run of a case.</summary>
public sealed record RunResult
{
    internal const int MaxText = 1000;

    /// <summary>The run; <see langword="null"/> when it could not be started.</summary>
    public string? RunId { get; init; }

    /// <summary>The output as text, the first 1000 characters; <see langword="null"/> for a failed run.</summary>
    public string? Output { get; init; }

    /// <summary>Why there is no output; <see langword="null"/> when there is one.</summary>
    public RunFailure? Failure { get; init; }

    /// <summary>One per scorer, in their order.</summary>
    public required IReadOnlyList<RunScore> Scores { get; init; }

    /// <summary>From the run's first entry to its last, by the runtime's clock.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What the run took.</summary>
    public EvaluationUsage Usage { get; init; } = EvaluationUsage.None;

    /// <summary>What its judges took.</summary>
    public EvaluationUsage Judging { get; init; } = EvaluationUsage.None;

    /// <summary>The mean of its scores.</summary>
    [JsonIgnore]
    public double Mean => Scores.Average(static score => score.Value);
}
