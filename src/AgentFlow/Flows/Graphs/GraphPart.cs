namespace AgentFlow;

/// <summary>A node of a built graph.</summary>
internal abstract class GraphPart(int index, int[] inputs)
{
    /// <summary>The place among the branches of a run; 0 is the graph's input.</summary>
    public int Index => index;

    /// <summary>The places of the nodes whose results it takes.</summary>
    public int[] Inputs => inputs;

    public abstract string Name { get; }

    public abstract ForkBranch Bind(FlowContext context, ForkBranch[] branches);

    public abstract void Describe(FlowSketch sketch);
}

/// <inheritdoc/>
internal sealed class GraphPart<TIn, TOut>(StepUse<TIn, TOut> step, int index, int[] inputs, Func<ForkBranch[], TIn> gather) : GraphPart(index, inputs)
{
    public override string Name => step.Step.Name;

    public override ForkBranch Bind(FlowContext context, ForkBranch[] branches) => new GraphBranch<TIn, TOut>(this, step.PathIn(context.Path), branches);

    public override void Describe(FlowSketch sketch) => step.Describe(sketch);

    public ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, ForkBranch[] branches) => step.Step.InvokeAsync(scope, path, gather(branches));
}

/// <summary>The graph's input among the branches: it has ended before the others start.</summary>
internal sealed class InputBranch<T> : ForkBranch<T>
{
    public InputBranch(StepPath path, T value)
        : base(path, 0)
    {
        Result = value;
        HasResult = true;
    }

    protected override ValueTask<T> Invoke(FlowContext scope) => new(Result);
}

/// <summary>A node in a run. Its scope has seen what the nodes have seen whose results it takes, and nothing else.</summary>
internal sealed class GraphBranch<TIn, TOut>(GraphPart<TIn, TOut> part, StepPath path, ForkBranch[] branches) : ForkBranch<TOut>(path, part.Index)
{
    private FlowContext? _scope;

    public override Label? Label => _scope?.Label;

    public override StateChain? StateIn(FlowContext join) => _scope is null ? join.State : _scope.State;

    protected override ValueTask<TOut> Invoke(FlowContext scope)
    {
        var label = scope.Label;
        foreach (var input in part.Inputs) label = AgentFlow.Label.Join(label, branches[input].Label);
        var state = scope.State;
        foreach (var input in part.Inputs) state = StateChain.Merge(scope.State, state, branches[input].StateIn(scope));
        _scope = new FlowContext(scope.Run, scope.Path, scope.CancellationToken, label, scope.Lane, scope.Owner, scope.Span, depth: scope.Depth) { State = state, IsShielded = scope.IsShielded };
        return part.InvokeAsync(_scope, Path, branches);
    }
}
