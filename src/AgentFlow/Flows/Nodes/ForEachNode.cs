namespace AgentFlow;

/// <summary>Applies a step to every item of a sequence, a bounded number at a time: item n runs at <c>step/n</c>.</summary>
internal sealed class ForEachNode<TIn, TCurrent, TItem, TOut>(
    FlowNode<TIn, TCurrent> previous, Func<TCurrent, IEnumerable<TItem>> selector, StepUse<TItem, TOut> step, int maxParallel)
    : FlowNode<TIn, TCurrent, IReadOnlyList<TOut>>(previous)
{
    private const string Source = "the source of a ForEach";
    private readonly Func<TItem, StepPath, FlowContext, ValueTask<TOut>> _body = (item, path, scope) => step.Step.InvokeAsync(scope, path, item);

    protected override ValueTask<IReadOnlyList<TOut>> ApplyAsync(FlowContext context, TCurrent value)
    {
        var path = step.PathIn(context.Path);
        var items = VerbCode.Run(context, path, "the selector of a ForEach", selector, value)
            ?? throw VerbCode.At(context, path, new FlowCodeException(path, "the selector of a ForEach yielded null. Yield an empty sequence when there is nothing to do."));
        return new ForEachFork<TItem, TOut>(context, path, Guard(context, path, items), maxParallel, _body).RunAsync();
    }

    /// <summary>What a lazy source throws while it is enumerated gets the verb's path, like what its selector throws.</summary>
    private static IEnumerable<TItem> Guard(FlowContext context, StepPath path, IEnumerable<TItem> items)
    {
        var source = VerbCode.Run(context, path, Source, static items => items.GetEnumerator(), items)
            ?? throw VerbCode.At(context, path, new FlowCodeException(path, $"{Source} yielded no enumerator."));
        try
        {
            while (VerbCode.Run(context, path, Source, static source => source.MoveNext(), source)) yield return VerbCode.Run(context, path, Source, static source => source.Current, source);
        }
        finally
        {
            VerbCode.Run(context, path, Source, static source => Dispose(source), source);
        }
    }

    private static bool Dispose(IEnumerator<TItem> source)
    {
        source.Dispose();
        return true;
    }

    protected override void DescribeVerb(FlowSketch sketch)
    {
        var path = sketch.Use(step.Step.Name, step.Occurrence);
        sketch.Add(path, step.Step.Name, "for-each", typeof(TCurrent), typeof(TItem), $"max-parallel={maxParallel}");
        step.Step.Describe(sketch, $"{path}/*");
        sketch.Add($"{path}/{Join.DecisionName}", "all", "join", typeof(TOut), typeof(IReadOnlyList<TOut>));
    }
}
