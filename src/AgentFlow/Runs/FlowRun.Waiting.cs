using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Opening waits: requests to humans and timers, live and on replay. Called by a branch, which rests until the answer.</content>
public abstract partial class FlowRun
{
    private int _unseen;

    /// <summary>How many questions wait for the store before anybody sees them.</summary>
    internal int Unseen => Volatile.Read(ref _unseen);

    /// <summary>Asks, or returns the recorded answer.</summary>
    internal ValueTask<ApprovalDecision> AskAsync(ApprovalRequest request, CancellationToken cancellationToken)
    {
        if (MayNotWait(cancellationToken) && Replay?.Resolved(request.Path) is not { Decision.Outcome: not ApprovalOutcome.Withdrawn })
        {
            Replay?.Ask(request.Path);
            return ValueTask.FromException<ApprovalDecision>(new ScopeCancelledException(cancellationToken));
        }

        request.Terms.Validate();
        request = Place(request, out var recorded);
        if (Replay?.Resolved(request.Path) is { Decision.Outcome: not ApprovalOutcome.Withdrawn } resolved) return new(Restore(resolved, request));
        if (recorded is null && request.Kind != RequestKind.EffectApproval) RefuseDivergence(request.Path, $"request '{request.Name}'");
        if (recorded is null) RefuseOverflow(request.Path);
        if (recorded is not null) request = Restore(recorded, request);
        var wait = new OpenRequest(this, RequestHistory.Restore(request, Replay?.Changes(request.Path) ?? []));
        var answer = wait.Attach(Generation);

        // It was withdrawn by a cancellation that a crash took back: it is opened again, or nobody would find it in the journal.
        var isRecorded = recorded is not null && Replay!.Resolved(request.Path) is null;
        if (!TryOpen(wait, isRecorded ? null : new RequestOpenedEntry(request.Path, request), out var early, out var isNew)) return new(early!);
        wait.Watch(cancellationToken);
        wait.Arm();
        if (_store is null || isRecorded) Show(wait, isNew && !_isWoken);
        else _ = ShowWhenDurableAsync(wait, isNew);
        Rest();
        return answer;
    }

    /// <summary>Whether the branch is cancelled. Of those that ask while the run undoes what it did, the token alone tells.</summary>
    private bool MayNotWait(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested || IsCancelling && !IsUndoing;

    /// <summary>
    /// What was asked before under this name, and answered perhaps, was about another content: that question is withdrawn, its
    /// answer is not used, and this one has a place of its own.
    /// </summary>
    private ApprovalRequest Place(ApprovalRequest request, out ApprovalRequest? recorded)
    {
        request = request with { Digest = RequestDigest.Of(request, Runtime.Json) };
        Replay?.Ask(request.Path);
        recorded = Replay?.Opened(request.Path)?.Request;
        var origin = request.Path;
        for (var time = 1; recorded is not null && recorded.Digest != request.Digest; time++)
        {
            WithdrawChanged(recorded);
            var at = origin.Child("(changed)", time);
            request = request with { Path = at, Id = $"{Id}/{at}" };
            Replay!.Ask(at);
            recorded = Replay.Opened(at)?.Request;
        }

        return request;
    }

    /// <summary>Whether a recovered run is on its way to a request that was open before.</summary>
    internal bool IsToAskAgain(string requestId) => _status is RunStatus.Running or RunStatus.Queued && Replay?.IsOpen(requestId) == true;

    /// <summary>Nobody sees a question that a crash could take back.</summary>
    private async Task ShowWhenDurableAsync(OpenRequest wait, bool isNew)
    {
        Interlocked.Increment(ref _unseen);
        await FlushInBackgroundAsync().ConfigureAwait(false);
        Show(wait, isNew);
        Interlocked.Decrement(ref _unseen);
        Runtime.Options.Watch?.OnRest();
    }

    /// <summary>Lists a request, unless it was withdrawn before. One that a re-executed flow opens again has been announced before.</summary>
    private void Show(OpenRequest wait, bool isNew)
    {
        lock (_cancellation)
        {
            if (_waits is null || _waits.GetValueOrDefault(wait.Path) != wait) return;
            Runtime.Requests.Add(wait);
        }

        if (!isNew) return;
        Runtime.Requests.Announce(wait);
        wait.Case.TellOpened();
        if (Events.IsEnabled) Events.Publish(new RequestRaised(wait.Request));
    }

    /// <summary>A recorded request with the live value: the store keeps the facts, the flow knows the types.</summary>
    private static ApprovalRequest Restore(ApprovalRequest recorded, ApprovalRequest live) =>
        live with { OpenedAt = recorded.OpenedAt };

    private ApprovalDecision Restore(RequestResolvedEntry resolved, ApprovalRequest live) => resolved.Decision.Value is JsonElement value
        ? resolved.Decision.WithValue(RecordedValue.Read(DecisionRules.ValueTypeOf(live), Runtime, live.Path, "an answer", value, resolved.ValueType))
        : resolved.Decision;

    /// <summary>Waits until a date, or returns at once when the journal says that it came.</summary>
    internal ValueTask<ApprovalDecision> DelayAsync(StepPath path, TimeSpan delay, CancellationToken cancellationToken)
    {
        var recorded = Replay?.Timer(path);
        if (recorded?.Kind == JournalEntryKind.TimerFired) return new(ApprovalDecision.Answer(null));
        if (MayNotWait(cancellationToken)) return ValueTask.FromException<ApprovalDecision>(new ScopeCancelledException(cancellationToken));
        if (recorded is null)
        {
            RefuseDivergence(path, $"a delay of {delay}");
            RefuseOverflow(path);
        }

        var due = recorded?.Due ?? Runtime.Time.GetUtcNow() + delay;
        var wait = new OpenTimer(this, path, due);
        var fired = wait.Attach(Generation);
        if (!TryOpen(wait, recorded is null ? new TimerEntry(JournalEntryKind.TimerSet, path, due) : null, out var early, out _)) return new(early!);
        wait.Watch(cancellationToken);
        wait.Start();
        Rest();
        return fired;
    }
}
