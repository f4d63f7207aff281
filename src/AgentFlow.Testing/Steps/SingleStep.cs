namespace AgentFlow.Testing;

/// <summary>What makes a step run on its own.</summary>
internal static class SingleStep
{
    internal const string FlowName = "test";

    /// <summary>The flow itself, or a flow around the step.</summary>
    internal static Flow<TIn, TOut> Flow<TIn, TOut>(Step<TIn, TOut> step) => step as Flow<TIn, TOut>
        ?? AgentFlow.Flow.FromCode<TIn, TOut>(FlowName, (input, context) => context.RunAsync(step, input));
}
