namespace AgentFlow;

/// <summary>A step and which use of it this is in its scope; together they give its path.</summary>
internal sealed class StepUse<TIn, TOut>(Step<TIn, TOut> step, int occurrence)
{
    private readonly PathUse _path = new(step.Name, occurrence);

    public Step<TIn, TOut> Step => step;

    public int Occurrence => occurrence;

    public StepPath PathIn(StepPath scope) => _path.In(scope);

    public ValueTask<TOut> InvokeAsync(FlowContext context, StepPath scope, TIn input) => step.InvokeAsync(context, _path.In(scope), input);

    public void Describe(FlowSketch sketch) => step.Describe(sketch, sketch.Use(step.Name, occurrence));
}
