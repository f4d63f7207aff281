namespace AgentFlow;

/// <summary>The branches of a router by key. A branch is known to the journal by its label.</summary>
internal sealed class RouteTable<TIn, TKey, TOut>
{
    public const string OtherwiseLabel = "otherwise";
    private readonly (TKey Key, RouteBranch<TIn, TOut> Branch)[] _cases;
    private readonly RouteBranch<TIn, TOut>? _otherwise;

    public RouteTable(IEnumerable<(TKey Key, RouteBranch<TIn, TOut> Branch)> cases, RouteBranch<TIn, TOut>? otherwise)
    {
        _cases = [.. cases];
        _otherwise = otherwise;
        Branches = otherwise is null ? [.. _cases.Select(entry => entry.Branch)] : [.. _cases.Select(entry => entry.Branch), otherwise];
    }

    public IReadOnlyList<RouteBranch<TIn, TOut>> Branches { get; }

    public IReadOnlyList<string> Labels => [.. Branches.Select(branch => branch.Label)];

    /// <summary>The label of the branch for a key; null when there is none.</summary>
    public string? Find(TKey key)
    {
        foreach (var (known, branch) in _cases)
        {
            if (EqualityComparer<TKey>.Default.Equals(known, key)) return branch.Label;
        }

        return _otherwise?.Label;
    }

    /// <summary>The branch with the label that was decided, now or in the recorded run.</summary>
    public StepUse<TIn, TOut> Branch(StepPath path, string label)
    {
        foreach (var (_, branch) in _cases)
        {
            if (branch.Label == label) return branch.Step;
        }

        return _otherwise is { } otherwise && otherwise.Label == label
            ? otherwise.Step
            : throw new FlowNondeterminismException(path, $"the route '{label}'", $"a choice of {string.Join(", ", Labels)}");
    }
}

/// <summary>A branch of a router.</summary>
internal sealed record RouteBranch<TIn, TOut>(string Label, StepUse<TIn, TOut> Step);
