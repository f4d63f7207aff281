namespace InsuranceClaims;

/// <summary>What one agent used over all claims.</summary>
/// <param name="Calls">Model calls.</param>
/// <param name="Time">Summed over parallel calls, so it can exceed the time on the wall.</param>
/// <param name="Cost">In dollars.</param>
internal sealed record AgentCost(string Agent, int Calls, TimeSpan Time, long InputTokens, long OutputTokens, decimal Cost);
