namespace AgentFlow;

/// <summary>Steps from lambdas. Two of them are the same definition when they were made from the same lambda.</summary>
internal abstract class DelegateStep<TIn, TOut>(string name, Delegate body) : EffectStep<TIn, TOut>(name)
{
    private readonly Delegate _body = body;

    internal override object Identity => _body;

    private protected override bool IsSameDefinition(Step other) =>
        other is DelegateStep<TIn, TOut> step && step._body.Method == _body.Method;
}

internal sealed class ValueTaskStep<TIn, TOut>(string name, Func<TIn, StepContext, ValueTask<TOut>> body)
    : DelegateStep<TIn, TOut>(name, body)
{
    protected internal override ValueTask<TOut> ExecuteAsync(TIn input, StepContext context) => body(input, context);
}

internal sealed class TaskStep<TIn, TOut>(string name, Func<TIn, StepContext, Task<TOut>> body)
    : DelegateStep<TIn, TOut>(name, body)
{
    protected internal override ValueTask<TOut> ExecuteAsync(TIn input, StepContext context) => new(body(input, context)
        ?? throw new InvalidOperationException("the body returned null instead of a task. Return Task.FromResult(…), or write it async; a null that is the result itself needs its type: (x, _) => (string?)null."));
}

internal sealed class SynchronousStep<TIn, TOut>(string name, Func<TIn, StepContext, TOut> body)
    : DelegateStep<TIn, TOut>(name, body)
{
    internal override bool BlocksItsCaller => true;

    protected internal override ValueTask<TOut> ExecuteAsync(TIn input, StepContext context) => new(body(input, context));
}

internal static class StepConfiguration
{
    /// <summary>Freezes the options into a copy of the step; scopes around it (fallback, cache) become a flow of their own.</summary>
    public static Step<TIn, TOut> Configure<TIn, TOut>(this Step<TIn, TOut> step, Action<StepOptions<TIn, TOut>>? configure)
    {
        if (configure is null) return step;
        var options = new StepOptions<TIn, TOut>(step.Plan);
        configure(options);
        return step.With(options.Freeze()).Surround(options);
    }

    private static Step<TIn, TOut> Surround<TIn, TOut>(this Step<TIn, TOut> step, StepOptions<TIn, TOut> options)
    {
        if (options.Caching is { } rule) step = new CachedStep<TIn, TOut>(step, rule);
        if (options.FallbackStep is { } fallback) step = new FallbackStep<TIn, TOut>(step, fallback);
        return options.IsShown ? new ShownStep<TIn, TOut>(step, options.ShownName) : step;
    }
}
