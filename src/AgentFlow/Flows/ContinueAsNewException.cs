namespace AgentFlow;

/// <summary>
/// Ends the run and begins the next one: what <see cref="FlowContext.ContinueAsNew{TIn}"/> returns to be thrown. It is no failure, and
/// nothing in a flow handles it; flow code that catches everything lets it through.
/// </summary>
public sealed class ContinueAsNewException : AgentFlowException
{
    internal ContinueAsNewException(object? input)
        : base("The run continues as a new one. Throw this from the flow's code and let nothing catch it.") => Input = input;

    /// <summary>What the next run starts with.</summary>
    public object? Input { get; }
}
