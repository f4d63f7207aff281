using System.Diagnostics;
using System.Text.Json.Serialization;

namespace AgentFlow.Testing;

/// <summary>
/// What an evaluation found. A value: it can be saved, checked in as a baseline, and compared with. Immutable; may be read from any thread.
/// </summary>
[DebuggerDisplay("{Name}: {Totals.Mean} of {Cases.Count} cases")]
public sealed record EvaluationReport
{
    /// <summary>The name of the flow, or the one given.</summary>
    public required string Name { get; init; }

    /// <summary>When the evaluation began, by the runtime's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The names of the scorers, in their order.</summary>
    public required IReadOnlyList<string> Scorers { get; init; }

    /// <summary>The cases, in their order.</summary>
    public required IReadOnlyList<CaseResult> Cases { get; init; }

    /// <summary>The same cases and scorers on the other flow, when there was one: <see cref="EvaluationOptions{TIn,TOut}.Against"/>.</summary>
    public EvaluationReport? Against { get; init; }

    /// <summary>The evaluation in numbers; worked out at every call.</summary>
    [JsonIgnore]
    public EvaluationTotals Totals => new(this);

    /// <summary>The result of a case, or <see langword="null"/> when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    public CaseResult? Case(string name) => Cases.FirstOrDefault(each => each.Name == name);

    /// <summary>Holds this report against an earlier one.</summary>
    /// <param name="baseline">The earlier one.</param>
    /// <param name="tolerance">How far a case's score may move, up or down, before it counts; 0 to 1. Models do not answer the same twice: repeat cases and leave some room.</param>
    /// <exception cref="InvalidOptionException">The tolerance is outside 0 to 1.</exception>
    public EvaluationComparison CompareWith(EvaluationReport baseline, double tolerance = 0.05)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return tolerance is >= 0 and <= 1 ? new(baseline, this, tolerance) : throw new InvalidOptionException("CompareWith.tolerance", tolerance, "Use 0 to 1.");
    }

    /// <summary>The report as text for a console: totals, one line per case, and what is said against the worst run of each.</summary>
    public string ToText() => EvaluationText.Of(this);

    /// <summary>The report as one HTML page with a chart: no scripts, nothing loaded from elsewhere, every text escaped.</summary>
    public string ToHtml() => EvaluationPage.Of(this, null);

    /// <summary>Writes the report as JSON: a baseline to be checked in. An existing file is replaced whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) => EvaluationFile.SaveAsync(this, path, cancellationToken);

    /// <summary>Reads a report that <see cref="SaveAsync"/> has written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EvaluationFileException">It is damaged, no report, or one of a newer version; the message says what and where.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Task<EvaluationReport> LoadAsync(string path, CancellationToken cancellationToken = default) => EvaluationFile.LoadAsync(path, cancellationToken);

    /// <inheritdoc/>
    public override string ToString() => ToText();
}
