using System.ComponentModel;

namespace AgentFlow.Testing;

/// <summary>What a judging model answers.</summary>
/// <param name="Score">0 (worst) to 1 (best).</param>
/// <param name="Reason">What decided it.</param>
public sealed record JudgeVerdict(
    [property: Description("0 (worst) to 1 (best)")] double Score,
    [property: Description("one or two sentences: what decided the score")] string Reason);
