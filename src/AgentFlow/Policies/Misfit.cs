namespace AgentFlow.Policies;

/// <summary>Why a value that a policy or a human gave back cannot be gone on with.</summary>
/// <param name="Argument">The argument of a tool call that is wrong; null when the value as a whole is.</param>
/// <param name="Value">What was given.</param>
/// <param name="Expected">What it must be.</param>
/// <param name="Problem">What is wrong, after "the value …": in words that a model may see, without the value.</param>
/// <param name="Cure">What to give.</param>
internal sealed record Misfit(string? Argument, object? Value, string Expected, string Problem, string Cure);

/// <summary>Turns what a human gives back into the value to go on with, or says why it is none.</summary>
internal delegate Misfit? FitRule(ref object? given);
