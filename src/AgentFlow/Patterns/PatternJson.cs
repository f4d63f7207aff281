using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>What the coordination verbs record, so that it needs no place in the host's own contexts.</summary>
[JsonSerializable(typeof(Verdict))]
[JsonSerializable(typeof(Ruling))]
[JsonSerializable(typeof(TallySheet))]
[JsonSerializable(typeof(SagaEnd))]
[JsonSerializable(typeof(TaskPlan))]
[JsonSerializable(typeof(HandoffHop))]
[JsonSerializable(typeof(GroupChatTurn))]
[JsonSerializable(typeof(NextSpeaker))]
internal sealed partial class PatternJson : JsonSerializerContext;
