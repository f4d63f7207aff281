namespace AgentFlow;

/// <summary>Steps that take the same value at the same time, and how their ends become one value.</summary>
internal sealed class ForkNode<TIn, TCurrent, TOut>(
    FlowNode<TIn, TCurrent> previous, Branch<TCurrent>[] branches, ForkShape shape, Func<Fork, ForkBranch[], TOut> join)
    : FlowNode<TIn, TCurrent, TOut>(previous)
{
    protected override ValueTask<TOut> ApplyAsync(FlowContext context, TCurrent value)
    {
        var parts = new ForkBranch[branches.Length];
        for (var i = 0; i < parts.Length; i++) parts[i] = branches[i].Bind(context, value, i);
        var fork = new Fork(context, parts, null, shape.Rule, shape.Quorum);
        var running = fork.RunAsync();
        if (!running.IsCompleted) return AwaitAsync(running, fork, parts);
        running.GetAwaiter().GetResult();
        return new(join(fork, parts));
    }

    protected override void DescribeVerb(FlowSketch sketch)
    {
        if (branches.Length == 0) return;
        var at = branches[0].PathIn(sketch);
        sketch.Add($"{at}/(fork)", "fan-out", "fan-out", typeof(TCurrent), typeof(TCurrent));
        sketch.Branch(branches, branch => branch.Describe(sketch));
        sketch.Add($"{at}/{Join.DecisionName}", shape.Label, shape.Kind, typeof(TCurrent), typeof(TOut), shape.Quorum == 0 ? "" : $"needed={shape.Quorum}");
    }

    private async ValueTask<TOut> AwaitAsync(ValueTask running, Fork fork, ForkBranch[] parts)
    {
        await running.ConfigureAwait(false);
        return join(fork, parts);
    }
}

/// <summary>When the branches have joined, and what a drawing calls it.</summary>
internal readonly record struct ForkShape(JoinRule Rule, int Quorum, string Kind, string Label)
{
    public static readonly ForkShape All = new(JoinRule.All, 0, "join", "all");

    public static readonly ForkShape Collect = new(JoinRule.Collect, 0, "collect", "collect");

    public static ForkShape FirstOf(int quorum, int branches) => new(JoinRule.Quorum, quorum, "quorum", $"{quorum} of {branches}");
}

/// <summary>A step as a branch of a built flow.</summary>
internal abstract class Branch<TIn>
{
    public abstract ForkBranch Bind(FlowContext context, TIn input, int index);

    public abstract string PathIn(FlowSketch sketch);

    public abstract void Describe(FlowSketch sketch);
}

/// <inheritdoc/>
internal sealed class Branch<TIn, TOut>(StepUse<TIn, TOut> step) : Branch<TIn>
{
    public override ForkBranch Bind(FlowContext context, TIn input, int index) =>
        new StepBranch<TIn, TOut>(step.Step, step.PathIn(context.Path), input, index);

    public override string PathIn(FlowSketch sketch) => sketch.Use(step.Step.Name, step.Occurrence);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);
}
