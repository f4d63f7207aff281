using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace AgentFlow;

/// <summary>What a checked step works on: the task, and from the second round on what it made last and why that was sent back.</summary>
/// <typeparam name="TTask">The type of the task.</typeparam>
/// <typeparam name="TResult">What the step makes.</typeparam>
/// <param name="Task">What is to be done.</param>
/// <param name="Round">Which round, from 1.</param>
/// <param name="Last">What was sent back; the type's default in the first round.</param>
/// <param name="Reasons">Why it was sent back; empty in the first round.</param>
[DebuggerDisplay("round {Round}: {Task}, {Reasons.Count} reasons")]
public sealed record Redo<TTask, TResult>(TTask Task, int Round, TResult? Last, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether nothing has been sent back yet.</summary>
    [MemberNotNullWhen(false, nameof(Last))]
    public bool IsFirst => Round == 1;
}
