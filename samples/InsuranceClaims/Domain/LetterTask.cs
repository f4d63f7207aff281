namespace InsuranceClaims;

/// <summary>The state of the writer/critic loop: what to write, what was written, what the critic said to it.</summary>
public sealed record LetterTask(Settlement Settlement, Letter? Draft = null, Critique? Critique = null);
