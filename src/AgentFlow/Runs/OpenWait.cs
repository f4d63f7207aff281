using System.Threading.Tasks.Sources;
using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// Something a run waits for: an answer or a date. Outlives the flow's live state: unloading detaches the flow's
/// continuation, the wait itself stays open.
/// </summary>
internal abstract class OpenWait(FlowRun run, StepPath path) : IThreadPoolWorkItem
{
    private WaitSource? _source;
    private CancellationTokenRegistration _registration;
    private ApprovalDecision? _decision;

    public FlowRun Run { get; } = run;

    public StepPath Path { get; } = path;

    public int Generation { get; private set; }

    /// <summary>Whether a branch of the run rests here.</summary>
    public virtual bool HoldsBranch => true;

    /// <summary>The effect that waits here, when it is one.</summary>
    public virtual WaitingEffect? Effect => null;

    /// <summary>The flow's side. Call <see cref="Watch"/> once the wait is registered with the run.</summary>
    public ValueTask<ApprovalDecision> Attach(int generation)
    {
        Generation = generation;
        _source = new WaitSource();
        return _source.AsValueTask();
    }

    public void Watch(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(
            static state => ((OpenWait)state!).OnCancelled(), this);
        _registration = registration;
        if (_decision is not null) registration.Unregister();
    }

    /// <summary>Keeps the decision for the continuation; false when the flow is not waiting here at the moment.</summary>
    public bool TryDetachWaiter(ApprovalDecision? decision)
    {
        _decision = decision;
        _registration.Unregister();
        return _source is not null;
    }

    /// <summary>Drops the reference to the flow's live state.</summary>
    public void Unload()
    {
        _registration.Unregister();
        _registration = default;
        _source = null;
    }

    /// <summary>A re-executed flow has opened the same wait again: this one lets go of what would resolve it.</summary>
    public virtual void Supersede(OpenWait successor)
    {
    }

    /// <summary>What the journal says that the run waits for.</summary>
    public abstract PendingWait Pending { get; }

    /// <summary>The run leaves the memory: lets go of what is outside of it.</summary>
    public abstract void Detach();

    /// <summary>The run is back.</summary>
    public abstract void Reattach();

    /// <summary>The entry that says nobody waits here any more, if the journal needs one.</summary>
    public abstract JournalEntry? Withdrawal(string reason);

    /// <summary>Releases what is outside of the run: the place in the inbox, the timer.</summary>
    public abstract void Close();

    /// <summary>Continues the branch, which whoever resolved the wait has woken.</summary>
    public virtual void Execute() => _source!.Complete(_decision);

    private void OnCancelled() => Run.TryWithdraw(this, "the branch that asked was cancelled");

    private sealed class WaitSource : IValueTaskSource<ApprovalDecision>
    {
        private ManualResetValueTaskSourceCore<ApprovalDecision> _core;

        public ValueTask<ApprovalDecision> AsValueTask() => new(this, _core.Version);

        public void Complete(ApprovalDecision? decision)
        {
            if (decision is null) _core.SetException(new OperationCanceledException());
            else if (decision.IsReplacement) _core.SetException(new EffectReplacedException(decision.Value));
            else _core.SetResult(decision);
        }

        public ApprovalDecision GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
