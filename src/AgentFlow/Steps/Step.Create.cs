using System.Runtime.CompilerServices;

namespace AgentFlow;

public abstract partial class Step
{
    /// <summary>A step from an asynchronous lambda.</summary>
    /// <typeparam name="TIn">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="name">Unique in its scope: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <param name="body">The body; called once per attempt.</param>
    /// <param name="options">Retry, timeout, lane and effect class.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    [OverloadResolutionPriority(2)]
    public static Step<TIn, TOut> Create<TIn, TOut>(
        string name, Func<TIn, StepContext, ValueTask<TOut>> body, Action<StepOptions<TIn, TOut>>? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new ValueTaskStep<TIn, TOut>(name, body).Configure(options);
    }

    /// <summary>A step from an asynchronous lambda that returns a <see cref="Task{TResult}"/>.</summary>
    /// <inheritdoc cref="Create{TIn,TOut}(string,Func{TIn,StepContext,ValueTask{TOut}},Action{StepOptions{TIn,TOut}})"/>
    [OverloadResolutionPriority(1)]
    public static Step<TIn, TOut> Create<TIn, TOut>(
        string name, Func<TIn, StepContext, Task<TOut>> body, Action<StepOptions<TIn, TOut>>? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new TaskStep<TIn, TOut>(name, body).Configure(options);
    }

    /// <summary>A step from a synchronous lambda.</summary>
    /// <inheritdoc cref="Create{TIn,TOut}(string,Func{TIn,StepContext,ValueTask{TOut}},Action{StepOptions{TIn,TOut}})"/>
    public static Step<TIn, TOut> Create<TIn, TOut>(
        string name, Func<TIn, StepContext, TOut> body, Action<StepOptions<TIn, TOut>>? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new SynchronousStep<TIn, TOut>(name, body).Configure(options);
    }
}
