namespace AgentFlow;

/// <summary>What becomes of a group chat that is over.</summary>
internal abstract class ChatResult<TTopic, TMessage, TOut>
{
    public abstract string Name { get; }

    public virtual Step? Step => null;

    public abstract ValueTask<TOut> MakeAsync(FlowContext context, Transcript<TTopic, TMessage> transcript);

    public virtual void Describe(FlowSketch sketch)
    {
    }
}

/// <summary>Code; the last message is code, too.</summary>
internal sealed class CodeResult<TTopic, TMessage, TOut>(string name, Func<Transcript<TTopic, TMessage>, TOut> make) : ChatResult<TTopic, TMessage, TOut>
{
    public override string Name => name;

    public override ValueTask<TOut> MakeAsync(FlowContext context, Transcript<TTopic, TMessage> transcript) =>
        new(VerbCode.Run(context, context.Path, "the result of a group chat", make, transcript));
}

/// <summary>A step, usually an agent that sums up.</summary>
internal sealed class StepResult<TTopic, TMessage, TOut>(Step<Transcript<TTopic, TMessage>, TOut> step) : ChatResult<TTopic, TMessage, TOut>
{
    public override string Name => step.Name;

    public override Step? Step => step;

    public override ValueTask<TOut> MakeAsync(FlowContext context, Transcript<TTopic, TMessage> transcript) => context.RunAsync(step, transcript);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch, sketch.Use(step.Name));
}
