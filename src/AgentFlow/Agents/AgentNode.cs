namespace AgentFlow;

/// <summary>An agent's body as part of a flow.</summary>
internal sealed class AgentNode<TIn, TOut>(AgentDefinition<TIn, TOut> definition) : OpaqueNode<TIn, TOut>
{
    public override ValueTask<TOut> RunAsync(FlowContext context, TIn input) =>
        new Conversation<TIn, TOut>(definition.Bind(context.Run.Runtime.Json), context).RunAsync(input);
}
