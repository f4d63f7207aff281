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
    private readonly Dictionary<StepPath, TimerEntry> _timers = [];
    private readonly HashSet<StepPath> _intents = [];
    private readonly System.Collections.Concurrent.ConcurrentDictionary<StepPath, bool> _consumed = new();

    public ReplayIndex(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries) Add(entry);
    }

    public JournalEntry? Outcome(StepPath path) => Take(_outcomes, path);

    public DecisionMadeEntry? Decision(StepPath path) => (DecisionMadeEntry?)_decisions.GetValueOrDefault(path);

    public RequestOpenedEntry? Opened(StepPath path) => _opened.GetValueOrDefault(path);

    public RequestResolvedEntry? Resolved(StepPath path) => _resolved.GetValueOrDefault(path);

    public TimerEntry? Timer(StepPath path) => _timers.GetValueOrDefault(path);

    /// <summary>Whether nothing of the flow itself is recorded: the run was accepted, and perhaps somebody was asked whether it may start.</summary>
    /// <param name="question">The name of that question.</param>
    public bool IsBeforeStart(string question) =>
        _outcomes.Count + _decisions.Count + _timers.Count + _intents.Count == 0 && _opened.Keys.All(path => path.Name == question);

    public bool IsIntended(StepPath path) => _intents.Contains(path);

    /// <summary>The first recorded outcome that the flow did not ask for again, outside the scopes its joins abandoned.</summary>
    public JournalEntry? FirstUnconsumed(AbandonedScopes? abandoned) => _outcomes.Values
        .Where(entry => !_consumed.ContainsKey(entry.Path) && abandoned?.Cover(entry.Path) != true)
        .MinBy(entry => entry.Sequence);

    private void Add(JournalEntry entry)
    {
        switch (entry)
        {
            case EffectCompletedEntry or EffectFailedEntry { IsFinal: true }: _outcomes[entry.Path] = entry; break;
            case DecisionMadeEntry: _decisions[entry.Path] = entry; break;
            case RequestOpenedEntry opened: _opened[entry.Path] = opened; break;
            case RequestResolvedEntry resolved: _resolved[entry.Path] = resolved; break;
            case TimerEntry timer: _timers[entry.Path] = timer; break;
            case EffectIntendedEntry: _intents.Add(entry.Path); break;
        }
    }

    private JournalEntry? Take(Dictionary<StepPath, JournalEntry> table, StepPath path)
    {
        if (!table.TryGetValue(path, out var entry)) return null;
        _consumed.TryAdd(path, true);
        return entry;
    }
}
