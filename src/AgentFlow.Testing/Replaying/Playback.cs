using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>Lets what the recorded run was told happen again at the instants it happened then: outcomes and answers.</summary>
internal sealed class Playback(Recording recording, int length, VirtualTimeProvider time) : IAnswerer
{
    private readonly Dictionary<StepPath, Queue<JournalEntry>> _acts = recording.ActsAfter(length);
    private readonly Lock _lock = new();
    private readonly HashSet<StepPath> _unrecorded = [];
    private readonly HashSet<int> _awaited = [];

    /// <summary>Effects that were asked for and have no recorded outcome.</summary>
    internal IReadOnlyList<StepPath> Unrecorded
    {
        get
        {
            lock (_lock) return [.. _unrecorded];
        }
    }

    internal async ValueTask<JournalEntry> OutcomeAsync(FlowRun run, StepPath path, CancellationToken cancellationToken)
    {
        if (recording.Outcome(path) is { } outcome)
        {
            var wait = outcome.Time - time.GetUtcNow();
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            return outcome;
        }

        // It never ended then (a lost race, a cancelled branch), so it does not end now.
        lock (_lock) _unrecorded.Add(path);
        return await LiveEffect.NeverEndAsync(time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A signal that the recorded run got comes again. One that was taken for its mismatch is taken again.</summary>
    internal static void Send(FlowRun replay, SignalReceivedEntry signal)
    {
        if (!replay.IsTerminal) replay.Receive(signal.At(replay.RootPath), isChecked: false);
    }

    public IReadOnlyList<GivenAnswer> Take(IReadOnlyList<ApprovalRequest> open)
    {
        var due = new List<GivenAnswer>();
        foreach (var request in open)
        {
            if (!_acts.TryGetValue(request.Path, out var acts) || !acts.TryPeek(out var act)) continue;
            var wait = act.Time - time.GetUtcNow();
            if (wait <= TimeSpan.Zero) due.Add(Give(request, acts.Dequeue()));
            else if (_awaited.Add(act.Sequence)) _ = time.CreateTimer(static _ => { }, null, wait, Timeout.InfiniteTimeSpan);
        }

        return due;
    }

    private static GivenAnswer Give(ApprovalRequest request, JournalEntry act)
    {
        if (act is RequestResolvedEntry resolved) return GivenAnswer.Of(request, resolved.Decision, "the recorded answer");
        var (change, id) = (((RequestChangedEntry)act).Change, request.Id);
        var by = change.By!;
        return new(
            request,
            inbox => change.Kind switch
            {
                RequestChangeKind.Claimed => inbox.ClaimAsync(id, by).AsTask(),
                RequestChangeKind.Released => inbox.ReleaseAsync(id, by, change.Reason).AsTask(),
                RequestChangeKind.Delegated => inbox.DelegateAsync(id, by, change.To!, change.Reason).AsTask(),
                RequestChangeKind.Escalated => inbox.EscalateAsync(id, by, change.Reason).AsTask(),
                _ => inbox.ApproveAsync(id, by, change.Reason).AsTask(),
            },
            $"the recorded act \"{change}\"");
    }
}
