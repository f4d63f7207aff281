namespace AgentFlow;

/// <summary>Waits for a signal and goes on with the value and the signal's.</summary>
internal sealed class WaitForNode<TIn, T, TSignal>(FlowNode<TIn, T> previous, string signal, TimeSpan? timeout, string name)
    : FlowNode<TIn, T, (T Value, TSignal Signal)>(previous)
{
    protected override async ValueTask<(T Value, TSignal Signal)> ApplyAsync(FlowContext context, T value) =>
        (value, await context.WaitForAsync<TSignal>(signal, timeout, name).ConfigureAwait(false));

    protected override void DescribeVerb(FlowSketch sketch) =>
        sketch.Add(sketch.Use(name), name, "wait-for", typeof(T), typeof(TSignal), $"signal={signal}{(timeout is null ? "" : $"; timeout={timeout:c}")}");
}
