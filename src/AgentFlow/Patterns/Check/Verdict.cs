using System.Diagnostics;

namespace AgentFlow;

/// <summary>What a judge says about a value: ready to go on, or not, and why. Made by code, or answered by an agent.</summary>
/// <param name="IsReady">Whether the value may go on. This alone decides.</param>
/// <param name="Reasons">What is wrong, one sentence each, for whoever has to put it right; of a ready value, remarks. Null counts as empty.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record Verdict(bool IsReady, IReadOnlyList<string> Reasons)
{
    /// <summary>The value may go on.</summary>
    public static Verdict Ready { get; } = new(true, []);

    /// <summary>What is wrong, one sentence each; of a ready value, remarks.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = Reasons ?? [];

    /// <summary>The value must not go on.</summary>
    /// <param name="reasons">What is wrong, one sentence each.</param>
    public static Verdict NotReady(params IReadOnlyList<string> reasons) => new(false, reasons);

    /// <inheritdoc/>
    public bool Equals(Verdict? other) => other is not null && IsReady == other.IsReady && Reasons.SequenceEqual(other.Reasons, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsReady, Reasons.Count);

    /// <inheritdoc/>
    public override string ToString() => $"{(IsReady ? "ready" : "not ready")}{(Reasons.Count == 0 ? "" : $": {string.Join("; ", Reasons)}")}";
}
