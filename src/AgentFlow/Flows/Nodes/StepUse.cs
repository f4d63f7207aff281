namespace AgentFlow;

/// <summary>A step and which use of it this is in its scope; together they give its path.</summary>
internal readonly record struct StepUse<TIn, TOut>(Step<TIn, TOut> Step, int Occurrence)
{
    public StepPath PathIn(StepPath scope) => scope.Child(Step.Name, Occurrence);

    public ValueTask<TOut> InvokeAsync(FlowContext context, StepPath scope, TIn input) => Step.InvokeAsync(context, PathIn(scope), input);

    public void Describe(FlowSketch sketch) => Step.Describe(sketch, sketch.Use(Step.Name, Occurrence));
}
