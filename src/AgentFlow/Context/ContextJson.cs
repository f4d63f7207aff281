using System.Text.Json.Serialization;
using AgentFlow.Conversations;
using AgentFlow.Memories;

namespace AgentFlow;

/// <summary>What the context of agents records, so that it needs no place in the host's own contexts.</summary>
[JsonSerializable(typeof(Compaction))]
[JsonSerializable(typeof(Label))]
[JsonSerializable(typeof(SessionKey))]
[JsonSerializable(typeof(SessionRecord))]
[JsonSerializable(typeof(MemoryRecord))]
[JsonSerializable(typeof(MemoryQuery))]
[JsonSerializable(typeof(MemoryFilter))]
[JsonSerializable(typeof(IReadOnlyList<RecalledMemory>))]
internal sealed partial class ContextJson : JsonSerializerContext;
