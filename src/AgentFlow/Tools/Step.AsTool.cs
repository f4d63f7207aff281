namespace AgentFlow;

public abstract partial class Step<TIn, TOut>
{
    /// <summary>The step, flow or agent as a tool, as <see cref="Tool.From{TIn,TOut}(Step{TIn,TOut},Action{ToolOptions})"/> makes it.</summary>
    /// <param name="step">The step.</param>
    public static implicit operator Tool(Step<TIn, TOut> step) => Tool.From(step);
}
