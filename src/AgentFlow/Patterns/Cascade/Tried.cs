using System.Diagnostics;

namespace AgentFlow;

/// <summary>What one stage of a <c>Cascade</c> came to.</summary>
/// <typeparam name="T">What the stages yield.</typeparam>
/// <param name="Stage">The stage's name.</param>
/// <param name="Outcome">Its result, or its failure.</param>
/// <param name="Reasons">Why its result was refused; empty when it was accepted or when the stage failed.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record Tried<T>(string Stage, Outcome<T> Outcome, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether this is the result that the cascade goes on with.</summary>
    public bool IsAccepted => Outcome.IsSuccess && Reasons.Count == 0;

    /// <summary>Why the next stage was tried; <see langword="null"/> of the accepted one.</summary>
    public string? Refusal => IsAccepted ? null : Outcome.IsSuccess ? string.Join("; ", Reasons) : $"{Outcome}";

    /// <inheritdoc/>
    public override string ToString() => $"{Stage}: {Refusal ?? "accepted"}";
}

/// <summary>Every stage of a <c>Cascade</c> failed or was refused.</summary>
public sealed class CascadeException : AgentFlowException
{
    internal CascadeException(StepPath path, IReadOnlyList<(string Stage, string Refusal)> refusals)
        : base($"No stage of '{path}' has an acceptable result: {string.Join(" | ", refusals.Select(refusal => $"{refusal.Stage}: {refusal.Refusal}"))}. Add a stage, or give the last one no rule, so that its result stands.")
    {
        Path = path;
        Refusals = refusals;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>Each stage in order, and why its result was not taken.</summary>
    public IReadOnlyList<(string Stage, string Refusal)> Refusals { get; }
}
