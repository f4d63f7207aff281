using System.Diagnostics;
using AgentFlow.Journaling;
using AgentFlow.Scheduling;

namespace AgentFlow;

/// <summary>The handle of one execution of a flow. Thread-safe.</summary>
[DebuggerDisplay("{Id} {FlowName} {Status}")]
public abstract partial class FlowRun : IThreadPoolWorkItem
{
    private RunStore? _store;
    private bool _staysOpen;
    private EntryList _entries;

    /// <summary>Cancels the run, and is the one lock of its cold paths.</summary>
    private readonly CancellationTokenSource _cancellation = new();
    private volatile RunStatus _status;
    private int _awake;
    private int _effects;
    private int _lateOutcomes;
    private RunQueue? _queue;
    private string? _cancelReason;
    private bool _deadlineExceeded;
    private volatile bool _isPublished;

    private protected FlowRun(FlowRuntime runtime, Step flow, RunStartedEntry started, bool hasHandle)
    {
        Runtime = runtime;
        Flow = flow;
        _entries = new EntryList(started);
        started.Ticks = runtime.Time.GetUtcNow().UtcTicks;
        Events = hasHandle ? new FlowEventLog(RootPath, runtime.Options.EventCapacity) : FlowEventLog.Disabled;
        Features = runtime.Features | (Options.MaxEffects is null ? 0 : RunFeatures.EffectBudget) | (AgentFlowTelemetry.Source.HasListeners() ? RunFeatures.Telemetry : 0);
        if (runtime.Options.Journal is not { } journal) return;
        _store = new RunStore(journal, Id, runtime, epoch: 1);
        _store.Add(started);
    }

    /// <summary>What is left of an ended run: how it began and how it ended.</summary>
    private protected FlowRun(FlowRun ended, RunStartedEntry started)
    {
        Runtime = ended.Runtime;
        Flow = ended.Flow;
        started.Ticks = ended.Started.Ticks;
        _entries = new EntryList(started);
        if (ended._entries.End() is { } end) _entries.Append(end.Detached());
        Events = FlowEventLog.Disabled;
        StatusReason = ended.StatusReason;
        _lateOutcomes = ended._lateOutcomes;
        _status = ended._status;
        _isPublished = true;
    }

    /// <summary>Identifies the run.</summary>
    public RunId Id => Started.RunId;

    /// <summary>The name of the flow it executes.</summary>
    public string FlowName => Flow.Name;

    /// <summary>Where it stands.</summary>
    public RunStatus Status => _status;

    /// <summary>Why a suspended run does not continue, a cancelled one was cancelled or a failed one failed.</summary>
    public string? StatusReason { get; private set; }

    /// <summary>What happens in the run, observed. Only runs that were started with a handle publish events.</summary>
    public FlowEventLog Events { get; }

    /// <summary>Outcomes that arrived after somebody had walked away from them (timeout, cancellation). They were dropped.</summary>
    public long LateOutcomes => Volatile.Read(ref _lateOutcomes);

    /// <summary>The entries appended so far, in order. A snapshot.</summary>
    public IReadOnlyList<JournalEntry> Entries => _entries.Snapshot();

    /// <summary>Calls, time, tokens and cost per agent so far.</summary>
    public RunReport Report => RunReport.From(Entries);

    /// <summary>Writes the entries appended so far as a file that a replay can be checked against: see <see cref="JournalExport"/>.</summary>
    /// <param name="destination">Where to write; stays open.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="NotSupportedException">A value of a run that is in memory only cannot be serialized.</exception>
    public Task ExportAsync(Stream destination, CancellationToken cancellationToken = default) =>
        JournalExport.WriteAsync([.. Entries.Select(entry => EntryEncoder.Encode(entry, Runtime.Json))], destination, cancellationToken);

    /// <summary>Completes when the run has ended, whatever the outcome; never faults.</summary>
    public abstract Task Ended { get; }

    internal FlowRuntime Runtime { get; }

    internal Step Flow { get; }

    internal RunOptions Options => Started.Options;

    internal Succession? Succession => Started.Succession;

    /// <summary>The run that this one was forked off, and where; <see langword="null"/> when it began at its beginning.</summary>
    public RunOrigin? ForkedFrom => Started.ForkedFrom;

    /// <summary>What ids and randomness of the flow's code follow from.</summary>
    internal ulong Seed => (ForkedFrom?.Root ?? Id).Seed;

    /// <summary>Whether only its outcome is left.</summary>
    internal virtual bool IsCompact => false;

    internal StepPath RootPath => Started.Path;

    /// <summary>The first entry holds what the run was started with.</summary>
    private protected RunStartedEntry Started => (RunStartedEntry)_entries.First;

    internal RunFeatures Features { get; private set; }

    internal CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>Counts the executions of the flow's code: contexts of an earlier one are dead.</summary>
    internal int Generation { get; private set; }

    internal ReplayIndex? Replay { get; private set; }

    /// <summary>The run was not accepted: whoever got hold of it meanwhile learns why.</summary>
    internal abstract void Refuse(Exception exception);

    /// <summary>Why the run has no result, once that is known.</summary>
    internal abstract Exception? Error { get; }

    /// <summary>Stands for the input the run was started with; null when it has no JSON.</summary>
    internal abstract string? DigestOfInput();

    /// <summary>The ended run without its journal.</summary>
    internal abstract FlowRun Compact();

    /// <summary>Whether the outcome stands where whoever awaits the run finds it.</summary>
    private protected bool IsPublished
    {
        get => _isPublished;
        set => _isPublished = value;
    }

    internal bool IsTerminal => _status >= RunStatus.Completed;

    internal RunQueue Queue => LazyInitializer.EnsureInitialized(ref _queue, () => Runtime.Scheduler.CreateRunQueue(Options.Priority));

    /// <summary>States a fact. What comes after the end of the run is late: dropped and counted.</summary>
    internal void Append(JournalEntry entry)
    {
        entry.Ticks = Runtime.Time.GetUtcNow().UtcTicks;
        if (_store is not null)
        {
            lock (_cancellation)
            {
                if (IsLate(entry)) return;
                if (!_staysOpen || !StatesAnEnd(entry)) _store.Add(entry);
                AppendInMemory(entry);
            }
        }
        else if (!IsLate(entry))
        {
            AppendInMemory(entry);
        }
    }

    /// <summary>Readers of events meet the entries in the order of the journal.</summary>
    private void AppendInMemory(JournalEntry entry)
    {
        if (!Events.IsEnabled)
        {
            _entries.Append(entry);
            return;
        }

        lock (Events)
        {
            _entries.Append(entry);
            Events.Publish(new EntryAppended(entry));
        }
    }

    private bool IsLate(JournalEntry entry)
    {
        if (!IsTerminal) return false;
        if (entry is EffectCompletedEntry or EffectFailedEntry) CountLateOutcome();
        return true;
    }

    /// <summary>What the flow starts from carries.</summary>
    internal Label? InputLabel => ResultLabel ?? Options.InputLabel;

    /// <summary>What the value that leaves the run carries: the high-water mark of the root flow. Before the flow has ended, of its input.</summary>
    internal Label? ResultLabel { get; set; }

    internal void CountLateOutcome() => Interlocked.Increment(ref _lateOutcomes);

    /// <summary>What a stopping process must not write: the run has not ended, and whoever is asked is still asked.</summary>
    private static bool StatesAnEnd(JournalEntry entry) =>
        entry.Kind is JournalEntryKind.RunCancelled or JournalEntryKind.RunFailed
        || entry is RequestResolvedEntry { Decision.Outcome: Approvals.ApprovalOutcome.Withdrawn };

    /// <summary>Refuses what would begin something while the run has all the entries it may have. What has begun is recorded all the same.</summary>
    internal void RefuseOverflow(StepPath path)
    {
        if (_store is { } store && store.Count >= Runtime.Options.MaxEntries) throw new HistoryLimitException(Id, path, Runtime.Options.MaxEntries);
    }

    /// <summary>Completes when every entry appended so far is durable; at once for a journal in memory.</summary>
    internal ValueTask FlushAsync() => _store?.FlushAsync() ?? default;

    /// <summary>Flushes without anybody waiting; a failure reaches whoever flushes next, and the log.</summary>
    internal async Task FlushInBackgroundAsync()
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            RunLog.FlushFailed(Runtime.Logger, Id, exception);
        }
    }

    /// <summary>Counts an effect against <see cref="RunOptions.MaxEffects"/>; false when there is none left.</summary>
    internal bool TryReserveEffect() => Options.MaxEffects is not { } limit || Interlocked.Increment(ref _effects) <= limit;
}
