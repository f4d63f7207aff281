using System.Runtime.CompilerServices;

namespace AgentFlow;

public abstract partial class Step
{
    /// <summary>
    /// A step whose calls are gathered, of one run or of several, and answered by one call of the body: many small questions to a model or a
    /// service become one. Each item is an effect of its own: its policies, its entry, its result.
    /// </summary>
    /// <remarks>
    /// Items of different tenants, and of different users where there is no tenant, are never in one batch; see
    /// <see cref="BatchOptions.AcrossTenants"/>. A waiting item holds no slot; the batch runs under the step's lane, if it names one, in the
    /// turn of the run whose item came first. An item that is cancelled leaves its batch; a body whose items have all left is cancelled.
    /// A retry of the step repeats single items, which are gathered anew.
    /// </remarks>
    /// <typeparam name="TIn">What an item is.</typeparam>
    /// <typeparam name="TOut">What an item yields.</typeparam>
    /// <param name="name">Unique in its scope: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <param name="maxSize">How many items a batch has at the most, 1 to 10,000. A batch that is full runs at once.</param>
    /// <param name="maxDelay">How long the first item waits for others, zero to a day.</param>
    /// <param name="body">Yields a result for each item, in their order.</param>
    /// <param name="options">What a failure means, and who shares a batch.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of its range.</exception>
    [OverloadResolutionPriority(1)]
    public static Step<TIn, TOut> Batched<TIn, TOut>(
        string name, int maxSize, TimeSpan maxDelay, Func<IReadOnlyList<TIn>, BatchContext, ValueTask<IReadOnlyList<TOut>>> body, Action<BatchOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSize, 10_000);
        OptionRange.Delay(maxDelay, nameof(maxDelay));
        var chosen = new BatchOptions();
        options?.Invoke(chosen);
        return new BatchedStep<TIn, TOut>(name, body, new(maxSize, maxDelay, body, chosen.RetriesIndividually, chosen.GathersAcrossTenants));
    }

    /// <summary>A step whose calls are gathered and answered by one call of the body.</summary>
    /// <inheritdoc cref="Batched{TIn,TOut}(string,int,TimeSpan,Func{IReadOnlyList{TIn},BatchContext,ValueTask{IReadOnlyList{TOut}}},Action{BatchOptions})"/>
    public static Step<TIn, TOut> Batched<TIn, TOut>(
        string name, int maxSize, TimeSpan maxDelay, Func<IReadOnlyList<TIn>, BatchContext, Task<IReadOnlyList<TOut>>> body, Action<BatchOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Batched<TIn, TOut>(name, maxSize, maxDelay, (items, context) => new ValueTask<IReadOnlyList<TOut>>(body(items, context)), options);
    }
}
