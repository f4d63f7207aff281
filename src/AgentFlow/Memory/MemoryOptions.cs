using AgentFlow.Memories;

namespace AgentFlow;

/// <summary>
/// What an agent remembers beyond its run: <c>m =&gt; m.Of(MemoryReach.User).Recall(top: 5)</c>. Every method returns the same instance.
/// Used during building only, not thread-safe, frozen afterwards.
/// </summary>
/// <remarks>
/// Whose memory it is follows from the run's principal; a model can neither choose nor see another. Every access passes the gate as
/// <see cref="Policies.PolicyOperation.ReadMemory"/> or <see cref="Policies.PolicyOperation.WriteMemory"/>. What is recalled raises the
/// agent's label to that of the memories, and is shown as data, marked where it came from outside.
/// </remarks>
public sealed class MemoryOptions
{
    private MemoryReach _reach = MemoryReach.User;
    private MemoryTools _tools = MemoryTools.Remember | MemoryTools.Recall;
    private int _top = 5;
    private double _minScore = 0.25;
    private IMemoryStore? _store;

    internal MemoryOptions()
    {
    }

    /// <summary>Says whose memory it is. Default: the user's.</summary>
    /// <param name="reach">How far it reaches.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reach.</exception>
    public MemoryOptions Of(MemoryReach reach)
    {
        _reach = OptionRange.Defined(reach, nameof(reach));
        return this;
    }

    /// <summary>Says what is recalled before the first model call, by the agent's prompt, and by the tool.</summary>
    /// <param name="top">How many memories at the most; 0 recalls nothing beforehand. Default: 5.</param>
    /// <param name="minScore">How close at the least, from -1 to 1. Default: 0.25; what is right depends on the embeddings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than 100, or a score out of its range.</exception>
    public MemoryOptions Recall(int top, double minScore = 0.25)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top, 100);
        if (minScore is not (>= -1 and <= 1)) throw new ArgumentOutOfRangeException(nameof(minScore), minScore, "A score lies between -1 and 1.");
        (_top, _minScore) = (top, minScore);
        return this;
    }

    /// <summary>Says which tools the model gets. Default: <c>remember</c> and <c>recall</c>.</summary>
    /// <param name="tools">The tools.</param>
    public MemoryOptions Tools(MemoryTools tools)
    {
        _tools = tools;
        return this;
    }

    /// <summary>Gives the agent a store of its own, in place of the runtime's.</summary>
    /// <param name="store">The store; its lifetime stays the caller's.</param>
    public MemoryOptions Store(IMemoryStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        return this;
    }

    internal AgentMemory Freeze(string agent) => new(agent, _reach, _tools, _top, _minScore, _store);
}
