using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>A wait for a human's answer.</summary>
internal sealed class OpenRequest(FlowRun run, RequestStatus status) : OpenWait(run, status.Request.Path)
{
    private DateTimer? _deadline;

    public ApprovalRequest Request
    {
        get => Status.Request;
        set => Case.Status = Status with { Request = value };
    }

    public override WaitingEffect? Effect => Request.Effect;

    public RequestCase Case { get; private set; } = new(run, status);

    public RequestStatus Status => Case.Status;

    /// <summary>Cancelled when the request is answered or withdrawn.</summary>
    public CancellationToken Closed => Case.Closed;

    /// <summary>Whoever thinks about the request, or has it, finds it in the one that is open then.</summary>
    public override void Supersede(OpenWait successor)
    {
        Disarm();
        if (successor is OpenRequest next) next.Case = Case;
    }

    public override PendingWait Pending => new(WaitKind.Request, Path, Request.OpenedAt, Request.Name, Status.Role) { Due = Status.DueAt };

    /// <summary>Whoever thinks about it goes on thinking; what they do brings the run back.</summary>
    public override void Detach()
    {
        Disarm();
        Run.Runtime.Requests.Remove(this);
    }

    public override void Reattach()
    {
        Run.Runtime.Requests.Add(this);
        Arm();
    }

    public override JournalEntry Withdrawal(string reason)
    {
        var withdrawn = ApprovalDecision.Withdraw(reason);
        Case.Status = Status with { Resolution = withdrawn };
        return new RequestResolvedEntry(Path, Request.Id, withdrawn, null);
    }

    public override void Close()
    {
        Disarm();
        Run.Runtime.Requests.Remove(this);
        Case.Close(isStated: !Run.StaysOpen);
    }

    /// <summary>Resolves the request, or counts an approval, if it stands as it was seen.</summary>
    public bool TryAnswer(RequestStatus seen, ApprovalDecision decision, out RequestStatus now)
    {
        if (decision.Outcome == ApprovalOutcome.Approved && Request.Terms.Quorum > seen.ApprovedBy.Count + 1)
        {
            return TryChange(seen, new(RequestChangeKind.Approved, decision.Actor) { Reason = decision.Reason }, out now);
        }

        IReadOnlyList<string> approvedBy = Request.Terms.Quorum > 1 && decision.Outcome == ApprovalOutcome.Approved ? [.. seen.ApprovedBy, decision.By!] : [];
        var final = decision with { Digest = Request.Digest, ApprovedBy = approvedBy };
        now = seen with { Resolution = final };
        return TryResolve(seen, now);
    }

    /// <summary>Applies what somebody does, if the request stands as it was seen.</summary>
    public bool TryChange(RequestStatus seen, RequestChange change, out RequestStatus now) => Run.TryChange(this, seen, change, out now);

    /// <summary>Lets the deadline of the present level run. Under the run's lock, or before anybody knows the wait.</summary>
    public void Arm()
    {
        Disarm();
        if (Status.DueAt is { } due) _deadline = DateTimer.Start(Run.Runtime.Time, Run.Runtime.Dispatcher, due, this, static state => ((OpenRequest)state).OnDue());
    }

    private bool TryResolve(RequestStatus seen, RequestStatus now) => Run.TryResolve(
        Path,
        now.Resolution!,
        wait => wait is OpenRequest open && ReferenceEquals(open.Status, seen)
            ? new RequestResolvedEntry(Path, Request.Id, now.Resolution!, DecisionRules.ValueTypeOf(Request))
            : null,
        wait => ((OpenRequest)wait).Case.Status = now);

    private void Disarm()
    {
        _deadline?.Dispose();
        _deadline = null;
    }

    /// <summary>Nobody has answered in time: the next level, or what was chosen for the case.</summary>
    private void OnDue()
    {
        while (true)
        {
            var seen = Status;
            if (seen.State == RequestState.Resolved || seen.DueAt is not { } due || due > Run.Runtime.Time.GetUtcNow()) return;
            var reason = $"nobody answered in time ({Request.Terms.Deadline:c})";
            bool isDone;
            if (seen.HasNextLevel)
            {
                isDone = TryChange(seen, new(RequestChangeKind.Escalated, null) { Reason = reason }, out _);
            }
            else
            {
                var decision = Request.Default is { } answer ? ApprovalDecision.Default(answer.Value, reason) : ApprovalDecision.Expire(reason);
                isDone = TryResolve(seen, seen with { Resolution = decision with { Digest = Request.Digest } });
            }

            if (isDone) _ = Run.FlushInBackgroundAsync();
            if (isDone || !Run.IsOpen(this)) return;
        }
    }
}
