namespace AgentFlow;

/// <summary>A step of a saga and what undoes it.</summary>
internal abstract class SagaStep(string name)
{
    public string Name => name;

    public abstract bool HasUndo { get; }

    public abstract StepPath PathIn(StepPath scope);

    public abstract ValueTask<object?> DoAsync(FlowContext scope, object? input);

    public abstract ValueTask UndoAsync(FlowContext scope, object? input, object? result);

    public abstract void Describe(FlowSketch sketch);

    public abstract void DescribeUndo(FlowSketch sketch);
}

/// <inheritdoc/>
internal sealed class SagaStep<TIn, TOut, TUndo>(StepUse<TIn, TOut> step, StepUse<Undoing<TIn, TOut>, TUndo>? undo) : SagaStep(step.Step.Name)
{
    public override bool HasUndo => undo is not null;

    public override StepPath PathIn(StepPath scope) => step.PathIn(scope);

    public override async ValueTask<object?> DoAsync(FlowContext scope, object? input) => await scope.RunAsync(step.Step, (TIn)input!).ConfigureAwait(false);

    public override async ValueTask UndoAsync(FlowContext scope, object? input, object? result) =>
        await scope.RunAsync(undo!.Step, new((TIn)input!, (TOut)result!)).ConfigureAwait(false);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);

    public override void DescribeUndo(FlowSketch sketch) => undo?.Describe(sketch);
}
