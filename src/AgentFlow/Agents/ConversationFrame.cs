using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What a coordination verb makes of the conversation of an agent that takes part in it.</summary>
internal abstract class ConversationFrame<TIn, TOut>
{
    /// <summary>The messages that follow the instructions.</summary>
    public abstract IEnumerable<ChatMessage> Open(TIn input, JsonSerializerOptions json);
}
