using System.Runtime.CompilerServices;

namespace AgentFlow;

internal sealed record BatchPlan<TIn, TOut>(
    int MaxSize, TimeSpan MaxDelay, Func<IReadOnlyList<TIn>, BatchContext, ValueTask<IReadOnlyList<TOut>>> Body, bool RetriesIndividually, bool GathersAcrossTenants);

/// <summary>An effect whose body is shared with others; see <see cref="Batch{TIn,TOut}"/>.</summary>
internal sealed class BatchedStep<TIn, TOut>(string name, Delegate body, BatchPlan<TIn, TOut> plan) : DelegateStep<TIn, TOut>(name, body)
{
    private readonly ConditionalWeakTable<FlowRuntime, Batcher<TIn, TOut>> _batchers = [];

    internal override bool TakesSlot => false;

    protected internal override ValueTask<TOut> ExecuteAsync(TIn input, StepContext context) =>
        _batchers.GetValue(context.Run.Runtime, runtime => new(plan, Plan.Lane, runtime)).RunAsync(input, context);
}
