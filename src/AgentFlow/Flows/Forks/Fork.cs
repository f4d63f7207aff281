namespace AgentFlow;

/// <summary>When a fork has what it needs.</summary>
internal enum JoinRule
{
    /// <summary>Every branch must succeed; the first failure decides.</summary>
    All,

    /// <summary>Every branch must end, however.</summary>
    Collect,

    /// <summary>The first n successes decide; impossible when too few are left.</summary>
    Quorum,
}

/// <summary>Branches that can all start at once.</summary>
internal sealed class Fork(FlowContext parent, ForkBranch[] branches, StepPath? decisionPath, JoinRule rule, int quorum = 0)
    : Join(parent, branches, decisionPath)
{
    private int[]? _following;
    private int _next = -1;
    private int _successes;

    protected override bool HasSpare => Volatile.Read(ref _next) < Branches.Length - 2;

    protected override int Prepare(int[]? kept)
    {
        if (kept is null) return Branches.Length;
        _following = [.. Enumerable.Range(0, Branches.Length).Where(index => kept.Contains(index) || OwesUndo(index))];
        return _following.Length;
    }

    protected override void StartBranches()
    {
        int index;
        while ((index = Interlocked.Increment(ref _next)) < Branches.Length)
        {
            if (_following is not null)
            {
                if (_following.Contains(index)) Branches[index].Start(this);
            }
            else if (IsDecided && !OwesUndo(index))
            {
                Leave();
            }
            else
            {
                Branches[index].Start(this);
            }
        }
    }

    protected override void OnSucceeded(ForkBranch branch)
    {
        if (rule == JoinRule.Quorum && Interlocked.Increment(ref _successes) == quorum) Decide(Successes(), "the quorum is reached");
    }

    protected override void OnFailed(ForkBranch branch)
    {
        if (rule == JoinRule.All) Decide([branch.Index], "a branch failed");
    }

    protected override Exception? Shortfall()
    {
        if (rule == JoinRule.All) return FirstError();
        if (rule != JoinRule.Quorum || Parent.IsCancelled) return null;
        return Kept is null ? TooFew() : IsReplayed ? Divergence() : null;
    }

    /// <summary>A branch that the recorded join kept must yield its result again.</summary>
    private FlowNondeterminismException? Divergence()
    {
        var failed = Array.Find(Branches, branch => Kept!.Contains(branch.Index) && !branch.HasResult);
        return failed is null ? null : failed.Error as FlowNondeterminismException ?? new(failed.Path, "a result that the join kept", $"a failure: {failed.Error?.Message}");
    }

    private int[] Successes() => [.. Branches.Where(branch => branch.HasResult).Take(quorum).Select(branch => branch.Index)];

    private EffectFailedException TooFew()
    {
        var errors = Branches.Where(branch => branch.Error is not null).Select(branch => $"{branch.Path}: {branch.Error!.Message}");
        return new EffectFailedException("QuorumMissed", $"{_successes} of {Branches.Length} branches succeeded, {quorum} are needed. {string.Join(" | ", errors)}", DecisionPath);
    }
}
