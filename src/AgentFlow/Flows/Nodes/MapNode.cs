namespace AgentFlow;

/// <summary>A pure mapping: no path of its own, nothing recorded. Its number serves messages and drawings only.</summary>
internal sealed class MapNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous, Func<TCurrent, TOut> map, int number)
    : FlowNode<TIn, TCurrent, TOut>(previous)
{
    private const string Name = "(map)";
    private static readonly bool MayYieldTask = typeof(TOut).IsAssignableFrom(typeof(Task)) || typeof(TOut).IsAssignableFrom(typeof(ValueTask));

    protected override ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value)
    {
        TOut mapped;
        try
        {
            mapped = map(value);
        }
        catch (Exception exception) when (!VerbCode.IsCancellation(context, exception))
        {
            return ValueTask.FromException<TOut>(VerbCode.Failed(context, PathIn(context), "a Map", exception));
        }

        return MayYieldTask && mapped is not null && AsyncTypes.Contains(mapped.GetType()) ? Refuse(context) : new(mapped);
    }

    protected override void DescribeVerb(FlowSketch sketch) =>
        sketch.Add(sketch.Use(Name, number), "map", "map", typeof(TCurrent), typeof(TOut));

    private StepPath PathIn(FlowContext context) => context.Path.Child(Name, number);

    private ValueTask<TOut> Refuse(FlowContext context)
    {
        var path = PathIn(context);
        return ValueTask.FromException<TOut>(VerbCode.At(context, path, new FlowCodeException(
            path, $"a Map yielded a task. Nobody would await it: {AsyncTypes.Cure}.")));
    }
}
