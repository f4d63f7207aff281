using System.Diagnostics;

namespace AgentFlow;

/// <summary>What an undo step of a <c>Compensate</c> gets: what the step was given, and what it made of it.</summary>
/// <typeparam name="TIn">What the step took.</typeparam>
/// <typeparam name="TOut">What the step yielded.</typeparam>
/// <param name="Input">What the step was given.</param>
/// <param name="Result">What it yielded.</param>
[DebuggerDisplay("{Input} → {Result}")]
public sealed record Undoing<TIn, TOut>(TIn Input, TOut Result);
