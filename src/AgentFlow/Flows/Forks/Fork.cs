using System.Threading.Tasks.Sources;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>When a join has what it needs.</summary>
internal enum JoinRule
{
    /// <summary>Every branch must succeed; the first failure decides.</summary>
    All,

    /// <summary>Every branch must end, however.</summary>
    Collect,

    /// <summary>The first n successes decide; impossible when too few are left.</summary>
    Quorum,
}

/// <summary>
/// Runs branches concurrently and joins them. Starts inline; unstarted branches can be stolen by one pool work item at a time,
/// so that blocking bodies still run in parallel. A join that abandons branches records which ones it kept before it cancels the
/// others; a replay runs the kept ones only.
/// </summary>
internal sealed class Fork : IThreadPoolWorkItem, IValueTaskSource
{
    /// <summary>Where the decision of a join without a name is recorded: under the path of its first branch.</summary>
    public const string DecisionName = "(join)";

    private readonly ForkBranch[] _branches;
    private readonly FlowContext _parent;
    private readonly CancellationTokenSource _cancellation;
    private readonly JoinRule _rule;
    private readonly int _quorum;
    private StepPath? _decisionPath;
    private ManualResetValueTaskSourceCore<bool> _core;
    private int[]? _kept;
    private int _next = -1;
    private int _pending;
    private int _successes;
    private int _decided;
    private int _completed;
    private bool _isReplayed;

    public Fork(FlowContext parent, ForkBranch[] branches, StepPath? decisionPath, JoinRule rule, int quorum = 0)
    {
        _parent = parent;
        _branches = branches;
        _decisionPath = decisionPath;
        _rule = rule;
        _quorum = quorum;
        _pending = branches.Length;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(parent.CancellationToken);
        Scope = new FlowContext(parent.Run, parent.Path, _cancellation.Token, parent.Label, parent.Lane, parent.Owner, parent.Span, collects: true);
    }

    /// <summary>Where the branches run: the parent's path, the join's own cancellation, labels collected until the join.</summary>
    public FlowContext Scope { get; }

    /// <summary>The branches that decided, in branch order; null when all of them count.</summary>
    public IReadOnlyList<int>? Kept => _kept;

    private StepPath DecisionPath => _decisionPath ??= _branches[0].Path.Child(DecisionName);

    /// <summary>Runs the branches; completes when the join has what it needs.</summary>
    public ValueTask RunAsync()
    {
        if (_parent.Run.Replay is not null && _parent.TryRecorded<int[]>(DecisionPath, DecisionKind.Join, out var recorded)) Follow(recorded);
        _parent.Run.Wake(_pending);
        if (_pending > 1) Lend();
        StartBranches();
        if (_pending == 0 && _branches.Length == 0) Complete();
        _parent.Run.Rest();
        return new(this, _core.Version);
    }

    /// <summary>The thief: takes branches that nobody has started yet.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (Volatile.Read(ref _next) < _branches.Length - 2) Lend();
        StartBranches();
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    internal void OnEnded(ForkBranch branch)
    {
        if (branch.Error is null)
        {
            if (_rule == JoinRule.Quorum && Interlocked.Increment(ref _successes) == _quorum) Decide(Successes());
        }
        else if (_rule == JoinRule.All && !IsCancellation(branch.Error))
        {
            Decide([branch.Index]);
        }

        Leave();
    }

    /// <summary>A branch has ended, or is never started because the join was decided before.</summary>
    private void Leave()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _cancellation.Dispose();
            Complete();
        }

        _parent.Run.Rest();
    }

    private void StartBranches()
    {
        int index;
        while ((index = Interlocked.Increment(ref _next)) < _branches.Length)
        {
            if (_isReplayed ? _kept!.Contains(index) : Volatile.Read(ref _decided) == 0) _branches[index].Start(this);
            else if (!_isReplayed) Leave();
        }
    }

    /// <summary>Offers the unstarted branches to the pool.</summary>
    private void Lend() => _parent.Run.Runtime.Dispatcher.Dispatch(this);

    private void Follow(int[] recorded)
    {
        _kept = recorded;
        _isReplayed = true;
        _decided = 1;
        _pending = recorded.Length;
        AbandonOthers(recorded);
    }

    /// <summary>What the other branches have recorded need not be asked for again.</summary>
    private void AbandonOthers(int[] kept)
    {
        if (_parent.Run.Replay is null) return;
        foreach (var branch in _branches)
        {
            if (!kept.Contains(branch.Index)) _parent.Run.Abandon(branch.Path);
        }
    }

    private void Decide(int[] kept)
    {
        if (Interlocked.Exchange(ref _decided, 1) != 0) return;
        _kept = kept;
        _parent.Run.Append(new DecisionMadeEntry<int[]>(DecisionPath, DecisionKind.Join, kept, _rule == JoinRule.All ? "a branch failed" : "the quorum is reached"));
        AbandonOthers(kept);
        _parent.Run.CancelScope(_cancellation);
        _cancellation.Dispose();
        Complete();
    }

    private int[] Successes() => [.. _branches.Where(branch => branch.HasResult).Take(_quorum).Select(branch => branch.Index)];

    private void Complete()
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0) return;
        _parent.Run.Wake();
        if (Verdict() is { } error) _core.SetException(error);
        else _core.SetResult(true);
    }

    private Exception? Verdict()
    {
        if (_rule == JoinRule.All)
        {
            if (_kept is not null && _branches[_kept[0]].Error is { } decisive) return decisive;
            if (_branches.Select(branch => branch.Error).FirstOrDefault(error => error is not null) is { } cancelled) return cancelled;
        }

        if (_parent.CancellationToken.IsCancellationRequested) return new OperationCanceledException(_parent.CancellationToken);
        if (_rule == JoinRule.Quorum && _kept is null) return TooFew();
        _parent.Raise(Scope.Collected);
        return null;
    }

    private EffectFailedException TooFew()
    {
        var errors = _branches.Where(branch => branch.Error is not null).Select(branch => $"{branch.Path}: {branch.Error!.Message}");
        return new EffectFailedException("QuorumMissed", $"{_successes} of {_branches.Length} branches succeeded, {_quorum} are needed. {string.Join(" | ", errors)}", DecisionPath);
    }

    private bool IsCancellation(Exception error) => error is OperationCanceledException && Scope.CancellationToken.IsCancellationRequested;
}
