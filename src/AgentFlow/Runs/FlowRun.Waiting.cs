using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Opening waits: requests to humans and timers, live and on replay. Called by a branch, which rests until the answer.</content>
public abstract partial class FlowRun
{
    /// <summary>Asks, or returns the recorded answer.</summary>
    internal ValueTask<ApprovalDecision> AskAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ApprovalDecision>(cancellationToken);
        if (Replay?.Resolved(request.Path) is { Decision.Outcome: not ApprovalOutcome.Withdrawn } resolved) return new(resolved.Decision);
        var recorded = Replay?.Opened(request.Path)?.Request;
        var wait = new OpenRequest(this, recorded ?? request);
        var answer = wait.Attach(Generation);
        if (!TryOpen(wait, recorded is null ? new RequestOpenedEntry(request.Path, request) : null, out var early)) return new(early!);
        Runtime.Requests.Add(wait, isNew: recorded is null);
        if (Events.IsEnabled && recorded is null) Events.Publish(new RequestRaised(wait.Request));
        wait.Watch(cancellationToken);
        Rest();
        return answer;
    }

    /// <summary>Waits until a date, or returns at once when the journal says that it came.</summary>
    internal ValueTask<ApprovalDecision> DelayAsync(StepPath path, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ApprovalDecision>(cancellationToken);
        var recorded = Replay?.Timer(path);
        if (recorded?.Kind == JournalEntryKind.TimerFired) return new(ApprovalDecision.Answer(null));
        var due = recorded?.Due ?? Runtime.Time.GetUtcNow() + delay;
        var wait = new OpenTimer(this, path, due);
        var fired = wait.Attach(Generation);
        if (!TryOpen(wait, recorded is null ? new TimerEntry(JournalEntryKind.TimerSet, path, due) : null, out var early)) return new(early!);
        wait.Watch(cancellationToken);
        wait.Start();
        Rest();
        return fired;
    }
}
