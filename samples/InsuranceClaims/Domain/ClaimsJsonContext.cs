using System.Text.Json.Serialization;
using AgentFlow;
using AgentFlow.Approvals;

namespace InsuranceClaims;

/// <summary>Serialization of everything that agents, tools and the journal exchange, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClaimFile))]
[JsonSerializable(typeof(ClaimFacts))]
[JsonSerializable(typeof(Claim))]
[JsonSerializable(typeof(AssessedClaim))]
[JsonSerializable(typeof(Assessment))]
[JsonSerializable(typeof(CoverageFinding))]
[JsonSerializable(typeof(DamageAssessment))]
[JsonSerializable(typeof(FraudFinding))]
[JsonSerializable(typeof(SettlementProposal))]
[JsonSerializable(typeof(InvestigationOrder))]
[JsonSerializable(typeof(Settlement))]
[JsonSerializable(typeof(LetterBrief))]
[JsonSerializable(typeof(Letter))]
[JsonSerializable(typeof(Critique))]
[JsonSerializable(typeof(ClosedClaim))]
[JsonSerializable(typeof(Revision<Settlement, Letter, Critique>))]
[JsonSerializable(typeof(Rejection<Settlement>))]
[JsonSerializable(typeof(PolicyFile))]
[JsonSerializable(typeof(PolicyLookup))]
[JsonSerializable(typeof(SettlementCalculation))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
internal sealed partial class ClaimsJsonContext : JsonSerializerContext;
