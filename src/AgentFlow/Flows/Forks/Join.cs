using System.Threading.Tasks.Sources;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// Branches that run at the same time and end as one. Starts inline; branches that nobody has started yet can be taken by one
/// pool work item at a time, so that blocking bodies still run in parallel. A join that abandons branches records which ones it
/// kept before it cancels the others; a replay runs what leads to the kept ones only.
/// </summary>
internal abstract class Join : IThreadPoolWorkItem, IValueTaskSource
{
    /// <summary>The segment of a join's decision where the verb has no name of its own.</summary>
    public const string DecisionName = "(join)";

    private readonly CancellationTokenSource _cancellation;
    private StepPath? _decisionPath;
    private ManualResetValueTaskSourceCore<bool> _core;
    private int[]? _kept;
    private Exception? _broken;
    private FlowContext? _left;
    private int _pending;
    private int _decided;
    private int _completed;

    protected Join(FlowContext parent, ForkBranch[] branches, StepPath? decisionPath)
    {
        Parent = parent;
        Branches = branches;
        _decisionPath = decisionPath;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(parent.CancellationToken);
        Scope = new FlowContext(parent.Run, parent.Path, _cancellation.Token, parent.Label, parent.Lane, parent.Owner, parent.Span, collects: true, parent.Depth) { State = parent.State, IsShielded = parent.IsShielded };
    }

    /// <summary>Where the branches run: the parent's path, the join's own cancellation, labels collected until the join.</summary>
    public FlowContext Scope { get; }

    /// <summary>
    /// Where a branch runs. One that the join has left behind before it was executed again, and that may have something to undo still, takes
    /// what is recorded; nothing else starts there.
    /// </summary>
    public FlowContext ScopeOf(ForkBranch branch) => !IsDecided || IsReplayed && Keeps(_kept!, branch.Index) ? Scope : _left ??= Scope.LeftBehind();

    /// <summary>The branches that decided, in branch order; null when all of them count.</summary>
    public IReadOnlyList<int>? Kept => _kept;

    protected FlowContext Parent { get; }

    protected ForkBranch[] Branches { get; }

    protected StepPath DecisionPath => _decisionPath ??= Branches[0].Path.Child(DecisionName);

    /// <summary>Whether branches that have not started are not to be started any more.</summary>
    protected bool IsDecided => Volatile.Read(ref _decided) != 0;

    /// <summary>Whether the recorded run had decided, so that only what leads to the kept branches runs.</summary>
    protected bool IsReplayed { get; private set; }

    /// <summary>Runs the branches; completes when the join has what it needs.</summary>
    public ValueTask RunAsync()
    {
        if (Parent.Run.Replay is { } replay) Mark(replay);
        if (Parent.TryRecorded<int[]>(DecisionPath, DecisionKind.Join, out var recorded)) Follow(recorded);
        var starting = Prepare(_kept);
        Enter(starting);
        if (starting > 1) Lend();
        StartBranches();
        if (starting == 0) Complete();
        Parent.Run.Rest();
        return new(this, _core.Version);
    }

    /// <summary>The thief: takes branches that nobody has started yet.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (HasSpare) Lend();
        StartBranches();
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    /// <summary>A branch has ended.</summary>
    public void OnEnded(ForkBranch branch)
    {
        if (branch.Error is null) OnSucceeded(branch);
        else if (Resilience.IsBrokenContract(branch.Error)) Break(branch.Error);
        else if (!IsCancellation(branch.Error)) OnFailed(branch);
        Leave();
    }

    /// <summary>A branch has ended later, on a stack of its own: what waited for it may start here.</summary>
    public virtual void Continue()
    {
    }

    /// <summary>Says which branches run beside each other.</summary>
    protected virtual void Mark(ReplayIndex replay)
    {
        foreach (var branch in Branches) replay.MarkBranch(branch.Path);
    }

    /// <summary>Says how many branches start at once; on replay only those that lead to the kept ones.</summary>
    protected abstract int Prepare(int[]? kept);

    /// <summary>Starts the branches that can be started, until there are none.</summary>
    protected abstract void StartBranches();

    /// <summary>Whether the pool could start a branch beside the one that the caller is about to start.</summary>
    protected abstract bool HasSpare { get; }

    protected abstract void OnSucceeded(ForkBranch branch);

    protected abstract void OnFailed(ForkBranch branch);

    /// <summary>Null when the branches have yielded what the join needs.</summary>
    protected abstract Exception? Shortfall();

    /// <summary>Branches are about to start: the join waits for them, and the run is awake for them.</summary>
    protected void Enter(int branches)
    {
        Interlocked.Add(ref _pending, branches);
        Parent.Run.Wake(branches);
    }

    /// <summary>A branch has ended, or is never started because the join was decided before.</summary>
    protected void Leave()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _cancellation.Dispose();
            Complete();
        }

        Parent.Run.Rest();
    }

    /// <summary>Offers the branches that can be started to the pool.</summary>
    protected void Lend() => Parent.Run.Runtime.Dispatcher.Dispatch(this);

    /// <summary>Keeps some branches and abandons the others. Recorded before anything is cancelled.</summary>
    protected void Decide(int[] kept, string reason)
    {
        if (Interlocked.Exchange(ref _decided, 1) != 0) return;
        _kept = kept;
        Parent.Run.Append(new DecisionMadeEntry<int[]>(DecisionPath, DecisionKind.Join, kept, reason));
        AbandonOthers(kept);
        End();
    }

    /// <summary>What broke a contract is no outcome of the work: it ends the join, and the journal says nothing of it.</summary>
    private void Break(Exception error)
    {
        if (Interlocked.Exchange(ref _decided, 1) != 0) return;
        _broken = error;
        AbandonOthers([]);
        End();
    }

    private void End()
    {
        Parent.Run.CancelScope(_cancellation);
        _cancellation.Dispose();

        // What is left behind is undone first: then the last branch completes the join.
        var left = Branches.Where(branch => _kept?.Contains(branch.Index) != true);
        if (!Parent.Run.HasOpenSagaIn(left.Select(static branch => branch.Path)) && !left.Any(branch => OwesUndo(branch.Index))) Complete();
    }

    /// <summary>Whether a branch, when the join leaves it behind, may have something to undo that an earlier execution did.</summary>
    protected bool OwesUndo(int index) => Parent.Run.Replay?.OwesUndo(Branches[index].Path) == true;

    /// <summary>The failure that decided, or the first one there is: a cancellation. A recorded failure must be there again.</summary>
    protected Exception? FirstError()
    {
        if (_kept is null) return Array.Find(Branches, branch => branch.Error is not null)?.Error;
        return Branches[_kept[0]].Error ?? new FlowNondeterminismException(Branches[_kept[0]].Path, "a failure that ended the join", "a result");
    }

    private void Follow(int[] recorded)
    {
        _kept = recorded;
        _decided = 1;
        IsReplayed = true;
        AbandonOthers(recorded);
    }

    /// <summary>Whether what a branch has recorded is asked for again when the given ones are kept.</summary>
    protected virtual bool Keeps(int[] kept, int index) => kept.Contains(index);

    /// <summary>What the other branches have recorded need not be asked for again.</summary>
    private void AbandonOthers(int[] kept)
    {
        if (Parent.Run.Replay is null) return;
        foreach (var branch in Branches)
        {
            if (kept.Length == 0 || !Keeps(kept, branch.Index)) Parent.Run.AbandonStep(branch.Path);
        }
    }

    private void Complete()
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0) return;
        Parent.Run.Wake();
        if (Verdict() is { } error) _core.SetException(error);
        else _core.SetResult(true);
    }

    private Exception? Verdict()
    {
        // What the branches have seen may be in the message of a failure, too.
        Parent.Raise(Scope.Collected);
        if ((_broken ?? Shortfall()) is { } error) return error;
        return IsStopped ? new ScopeCancelledException(Parent.CancellationToken) : JoinState();
    }

    /// <summary>Whether nothing follows. A cancelled run that is executed again for what it must undo goes on with what is recorded.</summary>
    private bool IsStopped => Parent.IsCancelled && (Parent.Run.Replay is not { IsBehind: true } || Array.Exists(Branches, static branch => branch.Error is OperationCanceledException));

    /// <summary>What the branches that count have written to the run's state counts from here on.</summary>
    private AgentFlowException? JoinState()
    {
        if (!HasState) return null;
        try
        {
            Parent.JoinState(Branches.Where(branch => branch.HasResult && (_kept is null || _kept.Contains(branch.Index))).Select(branch => branch.StateIn(Scope)));
            return null;
        }
        catch (AgentFlowException exception)
        {
            Parent.Run.NoteFailure(exception, Parent.Path);
            return exception;
        }
    }

    /// <summary>Whether a branch may have written to the run's state.</summary>
    protected virtual bool HasState => Scope.HasCollectedState;

    private bool IsCancellation(Exception error) => error is ScopeCancelledException || error is OperationCanceledException && Scope.IsCancelled;
}
