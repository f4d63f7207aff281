namespace AgentFlow;

/// <summary>A step from a lambda that takes the parts of its input one by one.</summary>
internal sealed class SpreadStep<TIn, TOut>(string name, Delegate body, Func<TIn, StepContext, ValueTask<TOut>> call, bool isSynchronous)
    : DelegateStep<TIn, TOut>(name, body)
{
    internal override bool BlocksItsCaller => isSynchronous;

    protected internal override ValueTask<TOut> ExecuteAsync(TIn input, StepContext context) => call(input, context);
}
