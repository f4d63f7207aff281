using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>What the context of agents records, so that it needs no place in the host's own contexts.</summary>
[JsonSerializable(typeof(Compaction))]
internal sealed partial class ContextJson : JsonSerializerContext;
