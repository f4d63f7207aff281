using System.Runtime.CompilerServices;

namespace AgentFlow;

// The priorities decide between overloads that a lambda fits alike: what yields a value asynchronously first, then the two
// that refuse a body without a value, then the synchronous body.
public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>Runs a step, a flow or an agent with the current value.</summary>
    /// <typeparam name="TNext">What it yields.</typeparam>
    /// <param name="step">The step. The same instance may be used again and gets the segment <c>name#2</c>.</param>
    /// <param name="options">Retry, timeout, lane, fallback, cache. On a flow, a retry runs it again in a scope <c>name~2</c>.</param>
    public FlowBuilder<TIn, TNext> Then<TNext>(Step<TCurrent, TNext> step, Action<StepOptions<TCurrent, TNext>>? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Add(new ThenNode<TIn, TCurrent, TNext>(_last, Scope.Use(step.Configure(options))));
    }

    /// <summary>
    /// Runs a step, a flow or an agent with the current value and goes on with what both make together:
    /// <c>.Then(findPolicy, (claim, policy) =&gt; claim with { Policy = policy })</c>.
    /// </summary>
    /// <typeparam name="TResult">What the step yields.</typeparam>
    /// <typeparam name="TNext">What it becomes with the current value. Never a task.</typeparam>
    /// <param name="step">The step. The same instance may be used again and gets the segment <c>name#2</c>.</param>
    /// <param name="map">Pure, like that of <c>Map</c>: takes the current value and the step's result.</param>
    /// <param name="options">Retry, timeout, lane, fallback, cache.</param>
    public FlowBuilder<TIn, TNext> Then<TResult, TNext>(
        Step<TCurrent, TResult> step, Func<TCurrent, TResult, TNext> map, Action<StepOptions<TCurrent, TResult>>? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(map);
        return Add(new ThenBesideNode<TIn, TCurrent, TResult>(_last, Scope.Use(step.Configure(options)))).Map(both => map(both.Value, both.Result));
    }

    /// <summary>Runs an asynchronous lambda as a step.</summary>
    /// <typeparam name="TNext">What it yields.</typeparam>
    /// <param name="name">Unique in the flow.</param>
    /// <param name="body">The body; called once per attempt.</param>
    /// <param name="options">Retry, timeout, lane, effect class.</param>
    [OverloadResolutionPriority(4)]
    public FlowBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TCurrent, StepContext, ValueTask<TNext>> body, Action<StepOptions<TCurrent, TNext>>? options = null) =>
        Then(Step.Create(name, body, options));

    /// <summary>Runs an asynchronous lambda that returns a task as a step.</summary>
    /// <inheritdoc cref="Then{TNext}(string,Func{TCurrent,StepContext,ValueTask{TNext}},Action{StepOptions{TCurrent,TNext}})"/>
    [OverloadResolutionPriority(3)]
    public FlowBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TCurrent, StepContext, Task<TNext>> body, Action<StepOptions<TCurrent, TNext>>? options = null) =>
        Then(Step.Create(name, body, options));

    /// <summary>Runs a synchronous lambda as a step.</summary>
    /// <inheritdoc cref="Then{TNext}(string,Func{TCurrent,StepContext,ValueTask{TNext}},Action{StepOptions{TCurrent,TNext}})"/>
    public FlowBuilder<TIn, TNext> Then<TNext>(
        string name, Func<TCurrent, StepContext, TNext> body, Action<StepOptions<TCurrent, TNext>>? options = null) =>
        Then(Step.Create(name, body, options));
}
