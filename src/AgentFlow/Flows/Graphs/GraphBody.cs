namespace AgentFlow;

/// <summary>A graph as the body of a flow.</summary>
internal sealed class GraphBody<TIn, TOut>(GraphPlan plan, GraphNode<TOut> result) : FlowNode<TIn, TOut>
{
    public override ValueTask<TOut> RunAsync(FlowContext context, TIn input)
    {
        var branches = new ForkBranch[plan.Parts.Length + 1];
        branches[0] = new InputBranch<TIn>(context.Path, input);
        foreach (var part in plan.Parts) branches[part.Index] = part.Bind(context, branches);
        var running = new GraphFork(context, plan, branches).RunAsync();
        if (!running.IsCompleted) return AwaitAsync(running, context, branches);
        running.GetAwaiter().GetResult();
        return new(ResultOf(context, branches));
    }

    protected override void DescribeVerb(FlowSketch sketch)
    {
        var ends = new IReadOnlyList<OpenEnd>[plan.Parts.Length + 1];
        ends[0] = sketch.Ends;
        foreach (var part in plan.Parts)
        {
            sketch.Ends = [.. part.Inputs.SelectMany(input => ends[input])];
            part.Describe(sketch);
            ends[part.Index] = sketch.Ends;
        }

        sketch.Ends = ends[plan.Result];
    }

    private async ValueTask<TOut> AwaitAsync(ValueTask running, FlowContext context, ForkBranch[] branches)
    {
        await running.ConfigureAwait(false);
        return ResultOf(context, branches);
    }

    private TOut ResultOf(FlowContext context, ForkBranch[] branches)
    {
        context.Raise(branches[plan.Result].Label);
        return result.ValueIn(branches);
    }
}
