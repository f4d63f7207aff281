namespace AgentFlow;

/// <summary>Runs a step and keeps the value that it took beside its result.</summary>
internal sealed class ThenBesideNode<TIn, T, TResult>(FlowNode<TIn, T> previous, StepUse<T, TResult> step)
    : FlowNode<TIn, T, (T Value, TResult Result)>(previous)
{
    protected override ValueTask<(T Value, TResult Result)> ApplyAsync(FlowContext context, T value)
    {
        var running = step.InvokeAsync(context, context.Path, value);
        return running.IsCompletedSuccessfully ? new((value, running.Result)) : AwaitAsync(value, running);
    }

    protected override void DescribeVerb(FlowSketch sketch) => step.Describe(sketch);

    private static async ValueTask<(T Value, TResult Result)> AwaitAsync(T value, ValueTask<TResult> running) => (value, await running.ConfigureAwait(false));
}
