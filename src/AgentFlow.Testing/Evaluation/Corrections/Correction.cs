using System.Diagnostics;
using System.Text.Json;

namespace AgentFlow.Testing;

/// <summary>How a human corrected a run.</summary>
public enum CorrectionKind
{
    /// <summary>Somebody was asked to approve a value, and approved another one.</summary>
    ModifiedApproval,

    /// <summary>An operator gave a result in place of an effect.</summary>
    ReplacedResult,
}

/// <summary>A human's value in place of a program's: what it should have been. Immutable.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record Correction
{
    internal Correction()
    {
    }

    /// <summary>Names it among all corrections: where, and in which run.</summary>
    public required string Name { get; init; }

    /// <summary>How it came about.</summary>
    public required CorrectionKind Kind { get; init; }

    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The flow that the run executes.</summary>
    public required string Flow { get; init; }

    /// <summary>Where in the run: the approval, or the effect that was replaced.</summary>
    public required StepPath Path { get; init; }

    /// <summary>
    /// The step, agent or flow whose result was corrected; <see langword="null"/> when no one result is what was shown (it was mapped
    /// first, or the arguments of a tool call), or when that cannot be told: see <see cref="Corrections.Unread"/>.
    /// </summary>
    public string? Step { get; init; }

    /// <summary>What that step was given; <see langword="null"/> when it cannot be told.</summary>
    public JsonElement? StepInput { get; init; }

    /// <summary>What the flow was given.</summary>
    public required JsonElement FlowInput { get; init; }

    /// <summary>What was shown for approval; <see langword="null"/> of a replaced result.</summary>
    public JsonElement? Shown { get; init; }

    /// <summary>What the human made of it.</summary>
    public required JsonElement Value { get; init; }

    /// <summary>The type of the value as a reader would write it; <see langword="null"/> when the journal has not kept it.</summary>
    public string? ValueType { get; init; }

    /// <summary>Whether the run ended with exactly this value as its result.</summary>
    public bool IsResult { get; init; }

    /// <summary>Who, in the host's terms.</summary>
    public string? By { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>When, by the clock of the run.</summary>
    public DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} at '{Path}' of run {RunId}{(By is null ? "" : $" by {By}")}";
}
