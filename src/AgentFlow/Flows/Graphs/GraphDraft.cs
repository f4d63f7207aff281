namespace AgentFlow;

/// <summary>A graph under construction: its nodes in the order in which they were added, which is an order in which they can run.</summary>
internal sealed class GraphDraft(string name)
{
    private const string InputName = "(input)";
    private readonly DefectList _defects = new();
    private readonly List<GraphPart> _parts = [];
    private bool _isBuilt;

    public string Name { get; } = StepName.Validate(name);

    public GraphNode<T> Input<T>() => new(this, 0, InputName);

    public GraphNode<TOut> Add<TIn, TOut>(Step<TIn, TOut> step, Func<ForkBranch[], TIn> gather, params ReadOnlySpan<GraphNode> inputs)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (_isBuilt) throw new InvalidOperationException($"Graph '{Name}' is built. Add nodes inside of the lambda of Flow.Graph only.");
        foreach (var input in inputs) Check(input);
        var index = _parts.Count + 1;
        _parts.Add(new GraphPart<TIn, TOut>(Scope.Use(step), index, [.. inputs.ToArray().Select(input => input.Index).Distinct()], gather));
        return new(this, index, step.Name);
    }

    public GraphPlan Build(GraphNode result)
    {
        Check(result);
        _isBuilt = true;
        var plan = new GraphPlan([.. _parts], result.Index);
        var leads = plan.LeadingTo(result.Index);
        foreach (var part in _parts)
        {
            if (part.Index == result.Index) continue;
            if (plan.DependentsOf(part.Index).Length == 0) _defects.Add($"{Name}/{part.Name}", "the node is not joined: no other node takes its result, and the graph does not return it", "pass its result to the node that comes after it, or leave the node out");
            else if (!leads[part.Index]) _defects.Add($"{Name}/{part.Name}", "the node does not lead to the graph's result", "join the nodes behind it, or leave them out");
        }

        return plan;
    }

    public void ThrowIfDefective(Step flow)
    {
        DefinitionCheck.Run(flow, _defects);
        _defects.ThrowIfAny(Name);
    }

    private DraftScope Scope => field ??= new DraftScope(_defects, Name);

    private void Check(GraphNode? node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!ReferenceEquals(node.Draft, this)) throw new ArgumentException($"Node '{node.Name}' belongs to graph '{node.Draft.Name}' and cannot be used in graph '{Name}'.", nameof(node));
    }
}
