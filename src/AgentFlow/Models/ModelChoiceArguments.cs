using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What code that chooses a model is given.</summary>
[DebuggerDisplay("{Agent}, {Candidates.Count} candidates")]
public readonly struct ModelChoiceArguments
{
    internal ModelChoiceArguments(string agent, IReadOnlyList<ChatMessage> messages, int estimatedTokens, IReadOnlyList<ModelInfo> candidates)
    {
        Agent = agent;
        Messages = messages;
        EstimatedTokens = estimatedTokens;
        Candidates = candidates;
    }

    /// <summary>The agent that speaks.</summary>
    public string Agent { get; }

    /// <summary>The conversation so far. Read only: it is what the model will be sent.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>About how many tokens the call needs, its output included.</summary>
    public int EstimatedTokens { get; }

    /// <summary>The models that fit, in the order of the choice: never empty.</summary>
    public IReadOnlyList<ModelInfo> Candidates { get; }
}
