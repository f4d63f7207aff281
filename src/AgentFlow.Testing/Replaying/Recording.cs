using AgentFlow.Journaling;
using AgentFlow.Scheduling;

namespace AgentFlow.Testing;

/// <summary>The run that is checked, by path.</summary>
internal sealed class Recording
{
    private readonly Dictionary<StepPath, JournalEntry> _outcomes = [];
    private readonly FlowRuntimeOptions _options;

    internal Recording(FlowRun run)
    {
        if (run.Status is not (RunStatus.Completed or RunStatus.Failed))
        {
            throw new ArgumentException($"Run {run.Id} is {run.Status}; only a run that completed or failed can be checked.", nameof(run));
        }

        Run = run;
        Entries = run.Entries;
        End = Entries.OfType<RunStatusEntry>().Last();
        if (End.Reason?.StartsWith("DeadlineExceeded", StringComparison.Ordinal) == true)
        {
            throw new ArgumentException($"Run {run.Id} exceeded its deadline, and a continued run gets a new one: it cannot be checked.", nameof(run));
        }

        _options = run.Runtime.Options;
        foreach (var entry in Entries)
        {
            if (entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true }) _outcomes[entry.Path] = entry;
        }
    }

    internal FlowRun Run { get; }

    internal IReadOnlyList<JournalEntry> Entries { get; }

    internal RunStatusEntry End { get; }

    internal JournalEntry? Outcome(StepPath path) => _outcomes.GetValueOrDefault(path);

    /// <summary>What people did with requests behind a cut, in order. What deadlines did, they do again.</summary>
    internal Dictionary<StepPath, Queue<JournalEntry>> ActsAfter(int length) => Entries.Skip(length)
        .Where(static entry => entry is RequestChangedEntry { Change.By: not null }
            or RequestResolvedEntry { Decision: { Outcome: not Approvals.ApprovalOutcome.Withdrawn, IsByDeadline: false } })
        .GroupBy(static entry => entry.Path)
        .ToDictionary(static acts => acts.Key, static acts => new Queue<JournalEntry>(acts));

    /// <summary>The signals that came behind a cut, in order.</summary>
    internal IEnumerable<SignalReceivedEntry> SignalsAfter(int length) => Entries.Skip(length).OfType<SignalReceivedEntry>();

    /// <summary>
    /// The first entries. Decisions by values that are not the flow's own (configuration, the clock, a cache) would be taken
    /// otherwise behind the cut, and rightly so: with recorded outcomes they come along.
    /// </summary>
    internal IReadOnlyList<JournalEntry> Prefix(int length, ReplayBodies bodies) => bodies == ReplayBodies.Executed
        ? [.. Entries.Take(length)]
        : [.. Entries.Take(length), .. Entries.Skip(length).Where(static entry => entry is DecisionMadeEntry { Decision: DecisionKind.Value or DecisionKind.Clock or DecisionKind.Cache })];

    /// <summary>Whether an irreversible effect was under way when the run had recorded so many entries.</summary>
    internal bool IsUncertainAt(int length)
    {
        var open = new HashSet<StepPath>();
        foreach (var entry in Entries.Take(length))
        {
            if (entry is EffectIntendedEntry) open.Add(entry.Path);
            else if (entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true }) open.Remove(entry.Path);
        }

        return open.Count > 0;
    }

    /// <summary>The runtime of the run again, without what would reach outside: no store, no approver, no log.</summary>
    internal FlowTestOptions OptionsFor(VirtualTimeProvider time)
    {
        var options = _options.Copy();
        (options.Time, options.Dispatcher, options.Watch) = (time, WorkDispatcher.ThreadPool, null);
        options.IsRehearsal = true;
        (options.Journal, options.Approver, options.LoggerFactory, options.RequestNotifiers) = (null, null, null, []);
        return new(options, time);
    }
}
