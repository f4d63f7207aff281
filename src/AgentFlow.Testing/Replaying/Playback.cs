using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>Lets what the recorded run was told happen again at the instants it happened then: outcomes and answers.</summary>
internal sealed class Playback(Recording recording, VirtualTimeProvider time) : IAnswerer
{
    private readonly Lock _lock = new();
    private readonly HashSet<StepPath> _unrecorded = [];
    private readonly HashSet<StepPath> _awaited = [];

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
        var effect = LiveEffect.Current;
        effect?.Sleep(1);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            effect?.Sleep(-1);
        }

        throw new System.Diagnostics.UnreachableException();
    }

    public IReadOnlyList<GivenAnswer> Take(IReadOnlyList<ApprovalRequest> open)
    {
        var due = new List<GivenAnswer>();
        foreach (var request in open)
        {
            if (recording.Answer(request.Path) is not { } answer) continue;
            var wait = answer.Time - time.GetUtcNow();
            if (wait <= TimeSpan.Zero) due.Add(new(request, answer.Decision, "the recorded answer"));
            else if (_awaited.Add(request.Path)) _ = time.CreateTimer(static _ => { }, null, wait, Timeout.InfiniteTimeSpan);
        }

        return due;
    }
}
