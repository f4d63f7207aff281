using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What belongs to one model call beside its content: who calls whom, and what is learnt while it runs.</summary>
internal sealed class ModelCall(string agent, ModelSource source, IReadOnlyList<AITool> tools, IConversation conversation)
{
    private long _ticks;
    private TextStream? _text;

    public string Agent => agent;

    public ModelSource Source => source;

    public IConversation Conversation => conversation;

    /// <summary>The first tool of a request that the agent was not given, or null.</summary>
    public AITool? Foreign(ModelRequest request) => request.Options.Tools?.FirstOrDefault(tool => !tools.Contains(tool));

    /// <summary>The time spent in the model's client, all attempts together.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    /// <summary>Begins the text of an attempt; that of an earlier one, left behind, is void.</summary>
    public TextStream Begin(TextStream text)
    {
        Interlocked.Exchange(ref _text, text)?.Discard();
        return text;
    }

    public void Spent(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
