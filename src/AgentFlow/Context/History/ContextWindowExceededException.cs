namespace AgentFlow;

/// <summary>What must not be left out of a conversation does not fit into the model's window: instructions, tools, arguments of the last call.</summary>
public sealed class ContextWindowExceededException : AgentException
{
    internal ContextWindowExceededException(FlowContext agent, int needed, int budget)
        : base(typeof(ContextWindowExceededException).FullName!, Explain(needed, budget), agent)
    {
        Needed = needed;
        Budget = budget;
    }

    /// <summary>How many tokens are needed at the least, by the agent's counter.</summary>
    public int Needed { get; }

    /// <summary>How many the messages may have: the window without what is reserved for the answer, tools and schema.</summary>
    public int Budget { get; }

    internal static string Explain(int needed, int budget) =>
        $"cannot make its conversation fit: what must stay needs {needed} tokens, and {Math.Max(0, budget)} are left for messages in the window. Shorten the instructions, give it fewer tools or a smaller reserve, or use a model with a larger window.";
}
