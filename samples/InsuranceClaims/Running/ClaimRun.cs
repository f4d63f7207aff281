using AgentFlow;

namespace InsuranceClaims;

/// <summary>A claim on its way.</summary>
/// <param name="Id">The claim's; names the letter.</param>
/// <param name="Earlier">What earlier processes had done when this one took the run over: nothing of it is done again.</param>
internal sealed record ClaimRun(string Id, FlowRun<ClosedClaim> Run, AgentReport Earlier);
