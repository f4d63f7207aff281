using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow.Policies;

/// <summary>One call of a model, as policies see it. A policy changes it with a copy: <c>request with { Messages = … }</c>.</summary>
[DebuggerDisplay("{Agent} → {Model}, {Messages.Count} messages")]
public sealed record ModelRequest
{
    internal ModelRequest(IReadOnlyList<ChatMessage> messages, ChatOptions options, ModelCall call)
    {
        Messages = messages;
        Options = options;
        Call = call;
        call.Belongs(this);
    }

    /// <summary>The agent that speaks.</summary>
    public string Agent => Call.Agent;

    /// <summary>The name of the model that has its turn: the agent's, the chosen one, or one that stands in; <see langword="null"/> when it has a client without a name.</summary>
    public string? Model => Call.Name;

    /// <summary>The conversation so far. Leave the messages themselves as they are: other calls share them.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Tools, response format, temperature and limits. Leave them as they are; replace them with a changed clone.</summary>
    public ChatOptions Options { get; init; }

    internal ModelCall Call { get; }
}
