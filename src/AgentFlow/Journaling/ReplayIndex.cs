using System.Collections.Concurrent;

namespace AgentFlow.Journaling;

/// <summary>
/// What a run has recorded, by path, while its flow runs again. Several entries may share a path (an intent and its
/// outcome, a request and its answer), so each kind of fact has its own table. Thread-safe after construction.
/// </summary>
internal sealed class ReplayIndex
{
    private readonly Dictionary<StepPath, JournalEntry> _outcomes = [];
    private readonly Dictionary<StepPath, JournalEntry> _decisions = [];
    private readonly Dictionary<StepPath, RequestOpenedEntry> _opened = [];
    private readonly Dictionary<StepPath, RequestResolvedEntry> _resolved = [];
    private readonly Dictionary<StepPath, List<RequestChangedEntry>> _changes = [];
    private readonly Dictionary<StepPath, TimerEntry> _timers = [];
    private readonly Dictionary<StepPath, DateTimeOffset> _signalWaits = [];
    private readonly Dictionary<StepPath, int> _intents = [];
    private readonly HashSet<StepPath> _sagas = [];
    private readonly Dictionary<StepPath, StateChangedEntry> _states = [];

    /// <summary>What the flow itself has asked a human; what policies ask for depends on today's.</summary>
    private readonly Dictionary<StepPath, JournalEntry> _questions = [];
    private readonly ConcurrentDictionary<StepPath, bool> _consumed = new();
    private readonly ConcurrentDictionary<StepPath, bool> _branches = new();
    private readonly ConcurrentDictionary<StepPath, bool> _forks = new();
    private readonly ConcurrentDictionary<StepPath, bool> _later = new();
    private readonly Landmarks _landmarks = new();
    private readonly Lock _filling = new();
    private UnconsumedOutcomes? _remaining;
    private int _open;

    /// <summary>What the flow need not ask for again. Guarded by the run's lock.</summary>
    public AbandonedScopes? Abandoned { get; set; }

    public ReplayIndex(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries) Add(entry);
        _open = _outcomes.Count + _questions.Count;
    }

    /// <summary>Whether there are outcomes or questions that the flow has not asked for again.</summary>
    public bool IsCatchingUp => Volatile.Read(ref _open) > 0;

    /// <summary>Whether there is anything at all that the flow has not come to again.</summary>
    public bool IsBehind => IsCatchingUp || _landmarks.Remain;

    public JournalEntry? Outcome(StepPath path)
    {
        if (!_outcomes.TryGetValue(path, out var entry)) return null;
        Consume(path);
        return entry;
    }

    /// <summary>Whether an outcome is recorded here; nobody has come to it by asking.</summary>
    public bool HasOutcome(StepPath path) => _outcomes.ContainsKey(path);

    /// <summary>The flow asks a human here, again.</summary>
    public void Ask(StepPath path)
    {
        if (_questions.ContainsKey(path)) Consume(path);
    }

    public DecisionMadeEntry? Decision(StepPath path) => (DecisionMadeEntry?)Meet(path, _decisions.GetValueOrDefault(path));

    /// <summary>Whether a decision is recorded here; nobody has come to it by asking.</summary>
    public bool IsDecided(StepPath path) => _decisions.ContainsKey(path);

    public RequestOpenedEntry? Opened(StepPath path) => _opened.GetValueOrDefault(path);

    /// <summary>Whether a request was open where the entries end.</summary>
    public bool IsOpen(string requestId) => _opened.Values.Any(entry => entry.Request.Id == requestId && !_resolved.ContainsKey(entry.Path));

    public RequestResolvedEntry? Resolved(StepPath path) => _resolved.GetValueOrDefault(path);

    /// <summary>What happened to a request before it was resolved, in order.</summary>
    public IReadOnlyList<RequestChangedEntry> Changes(StepPath path) => _changes.GetValueOrDefault(path) ?? [];

    public TimerEntry? Timer(StepPath path) => (TimerEntry?)Meet(path, _timers.GetValueOrDefault(path));

    public StateChangedEntry? StateChange(StepPath path) => (StateChangedEntry?)Meet(path, _states.GetValueOrDefault(path));

    /// <summary>Since when the run has waited for a signal here; null when it was never suspended meanwhile.</summary>
    public DateTimeOffset? WaitingSince(StepPath path)
    {
        if (!_signalWaits.TryGetValue(path, out var opened)) return null;
        _landmarks.Meet(path);
        return opened;
    }

    /// <summary>Whether nothing of the flow itself is recorded: the run was accepted, and perhaps somebody was asked whether it may start.</summary>
    /// <param name="question">The name of that question.</param>
    public bool IsBeforeStart(string question) =>
        _outcomes.Count + _decisions.Count + _timers.Count + _intents.Count + _states.Count == 0 && _opened.Keys.All(path => path.Name == question);

    /// <summary>How many attempts of an irreversible effect have been started.</summary>
    public int Intents(StepPath path)
    {
        if (!_intents.TryGetValue(path, out var attempts)) return 0;
        _landmarks.Meet(path);
        return attempts;
    }

    /// <summary>Whether a saga has begun in a scope that may have something to undo still: it has not said that it was undone.</summary>
    public bool OwesUndo(StepPath scope)
    {
        if (_sagas.Count == 0) return false;
        var plain = scope.WithoutAttempts();
        return _sagas.Any(saga => saga.IsWithin(scope) || saga.WithoutAttempts().IsWithin(plain));
    }

    /// <summary>A branch: what is recorded in it may come before or after what is recorded beside it.</summary>
    public void MarkBranch(StepPath path)
    {
        if (IsBehind) _branches.TryAdd(path, true);
    }

    /// <summary>What will be a branch once others have ended, and stands beside yet others until then.</summary>
    public void MarkLaterBranch(StepPath path)
    {
        if (IsBehind) _later.TryAdd(path, true);
    }

    /// <summary>Everything right below a path is a branch.</summary>
    public void MarkBranches(StepPath parent)
    {
        if (IsBehind) _forks.TryAdd(parent, true);
    }

    /// <summary>The branch, or the root, in which this path lies: in it one thing was recorded after the other.</summary>
    public StepPath SequenceOf(StepPath path)
    {
        var node = path;
        while (node.Parent is { } parent && !IsBranch(node)) node = parent;
        return node;
    }

    /// <summary>
    /// Whether the recorded run had gone on beyond a point: something is recorded that the flow comes to after it. Branches beside the
    /// point are not after it; the end of an agent or a tool around it is.
    /// </summary>
    public bool HasPassed(StepPath point)
    {
        for (var scope = point; scope is not null; scope = scope.Parent)
        {
            if (Invocations.Ends.Any(end => _decisions.ContainsKey(scope.Child(end)))) return true;
        }

        return IsCatchingUp && Remaining().Find(IsBeside, Abandoned) is not null || _landmarks.Any(IsBeside, Abandoned);

        bool IsBeside(StepPath scope) => IsBranch(scope) && !point.IsWithin(scope);
    }

    /// <summary>
    /// A recorded outcome or question that stands neither in the sequence of a path nor in a branch beside it: before or after the fork
    /// around the path. Null when the path is in no fork.
    /// </summary>
    public JournalEntry? FindAround(StepPath path)
    {
        if (!IsCatchingUp || SequenceOf(path).Parent is null) return null;
        return Remaining().Find(scope => (IsBranch(scope) || _later.ContainsKey(scope.FirstAttempt())) && !path.IsWithin(scope), Abandoned);
    }

    private bool IsBranch(StepPath path) => _branches.ContainsKey(path.FirstAttempt()) || path.Parent is { } parent && _forks.ContainsKey(parent);

    /// <summary>The first recorded outcome or question that the flow did not ask for again, outside the scopes its joins abandoned.</summary>
    /// <param name="within">Where to look; everywhere when null.</param>
    public JournalEntry? FirstUnconsumed(StepPath? within)
    {
        if (!IsCatchingUp) return null;
        var remaining = Remaining();
        var first = remaining.First(within, Abandoned);

        // What is left was abandoned: nobody will ask for it, and nothing needs to be looked up for its sake any more.
        if (remaining.IsEmpty) Volatile.Write(ref _open, 0);
        return first;
    }

    /// <summary>Made when somebody asks for it, which is rare: most replays ask for everything. Whoever consumes meanwhile has noted it before it looks for this.</summary>
    private UnconsumedOutcomes Remaining()
    {
        lock (_filling)
        {
            if (_remaining is not null) return _remaining;
            var remaining = new UnconsumedOutcomes();
            remaining.Fill(_outcomes.Values.Concat(_questions.Values).Where(entry => !_consumed.ContainsKey(entry.Path)).Select(static entry => (entry.Path, entry)));
            Volatile.Write(ref _remaining, remaining);
            foreach (var path in _consumed.Keys) remaining.Remove(path);
            return remaining;
        }
    }

    private void Add(JournalEntry entry)
    {
        switch (entry)
        {
            case EffectCompletedEntry or EffectFailedEntry { IsFinal: true }: _outcomes[entry.Path] = entry; break;
            case DecisionMadeEntry decision:
                _decisions[entry.Path] = entry;
                if (entry.Path.Name == Saga.Begun) _sagas.Add(entry.Path.Parent!);
                else if (entry.Path.Name == Saga.Undone) _sagas.Remove(entry.Path.Parent!);
                if (decision.Decision != DecisionKind.Invocation) _landmarks.Add(entry.Path);
                break;
            case RequestOpenedEntry opened:
                _opened[entry.Path] = opened;
                _resolved.Remove(entry.Path);
                if (opened.Request.Kind is Approvals.RequestKind.Approval or Approvals.RequestKind.Question) _questions[entry.Path] = opened;
                break;
            case RequestResolvedEntry resolved: _resolved[entry.Path] = resolved; break;
            case RequestChangedEntry changed:
                if (!_changes.TryGetValue(entry.Path, out var changes)) _changes.Add(entry.Path, changes = []);
                changes.Add(changed);
                break;
            case RunSuspendedEntry suspended:
                foreach (var wait in suspended.Waits.Where(static wait => wait.Kind == WaitKind.Signal)) Wait(wait);
                break;
            case StateChangedEntry state:
                _states[entry.Path] = state;
                _landmarks.Add(entry.Path);
                break;
            case TimerEntry timer:
                _timers[entry.Path] = timer;
                _landmarks.Add(entry.Path);
                break;
            case EffectIntendedEntry:
                _intents[entry.Path] = _intents.GetValueOrDefault(entry.Path) + 1;
                _landmarks.Add(entry.Path);
                break;
        }
    }

    private void Wait(PendingWait wait)
    {
        if (_signalWaits.TryAdd(wait.Path, wait.Date)) _landmarks.Add(wait.Path);
    }

    private T? Meet<T>(StepPath path, T? entry)
        where T : JournalEntry
    {
        if (entry is not null) _landmarks.Meet(path);
        return entry;
    }

    private void Consume(StepPath path)
    {
        _landmarks.Meet(path);
        if (!_consumed.TryAdd(path, true)) return;
        Interlocked.Decrement(ref _open);
        Volatile.Read(ref _remaining)?.Remove(path);
    }
}
