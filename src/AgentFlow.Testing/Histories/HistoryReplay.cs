using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>Replays one history to its end, and says where the flow goes another way.</summary>
internal sealed class HistoryReplay : IAnswerer, IAsyncDisposable
{
    private readonly List<ReplayDivergence> _divergences = [];
    private readonly List<StepPath> _asked = [];
    private readonly IReadOnlyList<JournalEntry> _entries;
    private readonly RunDriver _driver;
    private readonly Lock _lock = new();

    public HistoryReplay(FlowRuntimeOptions options, IReadOnlyList<JournalEntry> entries)
    {
        _entries = entries;
        var time = new VirtualTimeProvider(entries[^1].Time);
        var runtime = options.Copy();
        (runtime.Time, runtime.Dispatcher, runtime.Watch) = (time, Scheduling.WorkDispatcher.ThreadPool, null);
        (runtime.Journal, runtime.Approver, runtime.LoggerFactory) = (null, null, null);
        runtime.IsRehearsal = true;
        (runtime.SuspendLinger, runtime.KeepEndedRuns) = (TimeSpan.FromDays(1), 1);
        _driver = new RunDriver(new FlowTestOptions(runtime, time), this);
        _driver.Effects.Substitute = HoldAsync;
        _driver.Effects.Recheck = Recheck;
    }

    /// <summary>The flow of the history, when it need not be registered.</summary>
    public IFlowDefinition? Offered { get; init; }

    /// <summary>Told of every result that a step has again, with what it was given.</summary>
    public Action<StepPath, Step, object?, object?>? Invoked
    {
        init => _driver.Effects.Invoked = value;
    }

    public async Task<IReadOnlyList<ReplayDivergence>> RunAsync()
    {
        await _driver.Runtime.RequireAgentsAsync(_entries).ConfigureAwait(false);
        var replay = _driver.Runtime.Replay(_entries, Offered);
        await _driver.SettleAsync().ConfigureAwait(false);
        if (replay.Error?.InnerException is FlowNondeterminismException refused) Diverges(refused.Path, refused.Recorded, refused.Requested);
        else if (End() is { } end) Compare(end, replay);
        else if (!replay.IsTerminal && replay.UnconsumedOutcome() is { } missed) Diverges(missed.Path, missed.Recorded, "nothing: the flow waits for something else");
        return _divergences;
    }

    public ValueTask DisposeAsync() => _driver.DisposeAsync();

    IReadOnlyList<GivenAnswer> IAnswerer.Take(IReadOnlyList<ApprovalRequest> open) => [];

    /// <summary>The end that the flow itself has come to. A cancellation or a deadline may have come at any time.</summary>
    private RunStatusEntry? End() => _entries[^1] switch
    {
        RunStatusEntry { Kind: JournalEntryKind.RunCompleted } completed => completed,
        RunStatusEntry { Kind: JournalEntryKind.RunFailed, Reason: { } reason } failed when !reason.StartsWith("DeadlineExceeded", StringComparison.Ordinal) => failed,
        _ => null,
    };

    private void Compare(RunStatusEntry recorded, FlowRun replay)
    {
        var now = replay.Entries[^1] as RunStatusEntry;
        if (!replay.IsTerminal) Diverges(_asked.FirstOrDefault() ?? recorded.Path, $"{recorded.Kind}", _asked.Count == 0 ? replay.StatusReason ?? "something that never ends" : "an effect that is not recorded");
        else if (now!.Kind != recorded.Kind || now.Reason != recorded.Reason) Diverges(now.Path, Describe(recorded), Describe(now));
        else if (!Values.AreSameJson(recorded, now, replay.Runtime.Json)) Diverges(recorded.Path, $"the result {ContentLines.OfValueInLine(recorded.Value)}", ContentLines.OfValueInLine(now.Value));
    }

    private static string Describe(RunStatusEntry end) => end.Reason is null ? $"{end.Kind}" : $"{end.Kind} ({end.Reason})";

    private void Recheck(StepPath path, object? recorded, Func<object?> decide)
    {
        string now;
        try
        {
            var taken = decide();
            if (Equals(recorded, taken)) return;
            now = ContentLines.OfValueInLine(taken);
        }
        catch (Exception exception)
        {
            now = $"{exception.GetType().Name}: {exception.Message}";
        }

        Diverges(path, $"the decision {ContentLines.OfValueInLine(recorded)}", now);
    }

    private void Diverges(StepPath path, string recorded, string now)
    {
        lock (_lock) _divergences.Add(new(path, recorded, now));
    }

    /// <summary>The history ends before the outcome of this effect: it is not executed, and nothing waits for it.</summary>
    private async ValueTask<JournalEntry> HoldAsync(FlowRun run, StepPath path, CancellationToken cancellationToken)
    {
        lock (_lock) _asked.Add(path);
        return await LiveEffect.NeverEndAsync(_driver.Time, cancellationToken).ConfigureAwait(false);
    }
}
