namespace AgentFlow;

/// <summary>
/// The nodes of a graph in one run. A node starts the moment its inputs exist. The first failure decides and cancels the others;
/// a replay of that starts the failed node and those that lead to it.
/// </summary>
internal sealed class GraphFork : Join
{
    private readonly Lock _lock = new();
    private readonly GraphPlan _plan;
    private readonly int[] _missing;
    private readonly Queue<int> _ready = new();
    private int[]? _following;
    private bool[]? _kept;
    private bool[]? _undoing;

    public GraphFork(FlowContext parent, GraphPlan plan, ForkBranch[] branches)
        : base(parent, branches, parent.Path.Child(DecisionName))
    {
        _plan = plan;
        _missing = new int[branches.Length];
        foreach (var part in plan.Parts) _missing[part.Index] = part.Inputs.Length;
    }

    protected override bool HasSpare
    {
        get
        {
            lock (_lock) return _ready.Count > 1;
        }
    }

    public override void Continue()
    {
        if (HasSpare) Lend();
        StartBranches();
    }

    /// <summary>A node that waits for others comes after them: it is a branch from the moment it is ready.</summary>
    protected override void Mark(Journaling.ReplayIndex replay)
    {
        foreach (var branch in Branches) replay.MarkLaterBranch(branch.Path);
    }

    protected override int Prepare(int[]? kept)
    {
        _following = kept;
        return Release(0);
    }

    protected override void StartBranches()
    {
        while (TryTake(out var index))
        {
            if (IsDecided && !IsReplayed && !LeadsToUndo(index)) Leave();
            else Branches[index].Start(this);
        }
    }

    protected override void OnSucceeded(ForkBranch branch) => Enter(Release(branch.Index));

    protected override void OnFailed(ForkBranch branch)
    {
        Scope.Raise(branch.Label);
        Decide([branch.Index], "a node failed");
    }

    protected override Exception? Shortfall() => FirstError();

    protected override bool HasState => Array.Exists(Branches, branch => !ReferenceEquals(branch.StateIn(Scope), Scope.State));

    protected override bool Keeps(int[] kept, int index) => (_kept ??= _plan.LeadingTo(kept[0]))[index];

    /// <summary>A result exists: the nodes that waited for nothing else are ready.</summary>
    private int Release(int index)
    {
        var released = 0;
        lock (_lock)
        {
            foreach (var dependent in _plan.DependentsOf(index))
            {
                if (--_missing[dependent] > 0 || !IsWanted(dependent)) continue;
                Parent.Run.Replay?.MarkBranch(Branches[dependent].Path);
                _ready.Enqueue(dependent);
                released++;
            }
        }

        return released;
    }

    /// <summary>Whether a node is to run: once the graph has failed, only for what it must undo.</summary>
    private bool IsWanted(int index) => !IsDecided || _following is not null && Keeps(_following, index) || LeadsToUndo(index);

    /// <summary>Whether a node, or one that takes its result, may have something to undo still.</summary>
    private bool LeadsToUndo(int index)
    {
        if (_undoing is null)
        {
            _undoing = new bool[Branches.Length];
            for (var i = 1; i < Branches.Length; i++)
            {
                if (!OwesUndo(i)) continue;
                var leads = _plan.LeadingTo(i);
                for (var j = 0; j < leads.Length; j++) _undoing[j] |= leads[j];
            }
        }

        return _undoing[index];
    }

    private bool TryTake(out int index)
    {
        lock (_lock) return _ready.TryDequeue(out index);
    }
}
