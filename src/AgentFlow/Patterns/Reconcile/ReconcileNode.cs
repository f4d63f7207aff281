using System.Globalization;

namespace AgentFlow;

/// <summary>Runs participants at the same time and makes one value of their results.</summary>
internal sealed class ReconcileNode<TIn, TCurrent, T>(FlowNode<TIn, TCurrent> previous, string name, StepUse<TCurrent, T>[] participants, ReconcilePlan<T> plan)
    : PatternNode<TIn, TCurrent, Reconciled<T>>(previous, name)
{
    public static string NameOf(StepUse<TCurrent, T> use) => use.Occurrence == 1 ? use.Step.Name : string.Create(CultureInfo.InvariantCulture, $"{use.Step.Name}#{use.Occurrence}");

    protected override async ValueTask<Reconciled<T>> RunAsync(TCurrent value, FlowContext scope)
    {
        var outcomes = await scope.CollectAsync(Array.ConvertAll(participants, use => new StepCall<TCurrent, T>(use.Step, value)), participants.Length).ConfigureAwait(false);
        return await plan.RunAsync(scope, [.. outcomes.Select((outcome, i) => (NameOf(participants[i]), outcome))]).ConfigureAwait(false);
    }

    protected override void DescribeInside(FlowSketch sketch)
    {
        sketch.Branch(participants, participant => participant.Describe(sketch));
        plan.Describe(sketch, Name, typeof(TCurrent));
    }
}

/// <summary>Makes one value of a list of results that exists.</summary>
internal sealed class ReconcileListNode<TIn, TCurrent, T>(FlowNode<TIn, TCurrent> previous, string name, Func<TCurrent, IReadOnlyList<Outcome<T>>?> results, ReconcilePlan<T> plan)
    : PatternNode<TIn, TCurrent, Reconciled<T>>(previous, name)
{
    protected override ValueTask<Reconciled<T>> RunAsync(TCurrent value, FlowContext scope) => plan.RunAsync(
        scope, [.. (results(value) ?? []).Select((outcome, i) => ((i + 1).ToString(CultureInfo.InvariantCulture), outcome))]);

    protected override void DescribeInside(FlowSketch sketch) => plan.Describe(sketch, Name, typeof(TCurrent));
}
