using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable.Simulation;

/// <summary>What is durable, beyond every process of a simulation; and what may never be in it.</summary>
internal sealed class SimulatedStore
{
    private readonly List<StoredEntry> _stored = [];
    private readonly HashSet<string> _outcomes = [];
    private readonly HashSet<string> _decisions = [];
    private readonly HashSet<string> _answered = [];
    private readonly HashSet<string> _opened = [];
    private readonly Dictionary<string, DateTimeOffset> _timers = [];
    private long _epoch;

    /// <summary>What must not have happened and did.</summary>
    public List<string> Violations { get; } = [];

    public IReadOnlyList<StoredEntry> Entries => _stored;

    public JournalEntryKind? Last => _stored.Count == 0 ? null : _stored[^1].Kind;

    public bool HasEnded => Last is JournalEntryKind.RunCompleted or JournalEntryKind.RunFailed or JournalEntryKind.RunCancelled;

    public long Epoch => _epoch;

    public Dictionary<JournalEntryKind, int> Kinds { get; } = [];

    public bool HasOutcome(string path) => _outcomes.Contains(path);

    public bool HasDecision(string path) => _decisions.Contains(path);

    public bool IsAnswered(string request) => _answered.Contains(request);

    public void Append(RunId run, long epoch, IReadOnlyList<StoredEntry> entries)
    {
        if (epoch < _epoch) throw new JournalFencedException(run, epoch, _epoch);
        if (entries[0].Sequence != _stored.Count + 1) throw new JournalSequenceException(run, entries[0].Sequence - 1, _stored.Count);
        _epoch = epoch;
        foreach (var entry in entries)
        {
            var stored = entry with { Body = entry.Body.ToArray(), Epoch = epoch };
            Check(EntryDecoder.Decode(stored));
            if (HasEnded) Violations.Add($"entry {entry.Sequence} ({entry.Kind}) comes after the end");
            _stored.Add(stored);
            Kinds[entry.Kind] = Kinds.GetValueOrDefault(entry.Kind) + 1;
        }
    }

    private void Check(JournalEntry entry)
    {
        var path = entry.Path.ToString();
        if (entry.Sequence != _stored.Count + 1) Violations.Add($"entry {entry.Sequence} follows {_stored.Count}");
        if (entry.Sequence == 1 != (entry.Kind == JournalEntryKind.RunStarted)) Violations.Add($"entry {entry.Sequence} is {entry.Kind}");
        switch (entry)
        {
            case EffectCompletedEntry or EffectFailedEntry { IsFinal: true }:
                if (!_outcomes.Add(path)) Violations.Add($"two outcomes for {path}");
                break;
            case DecisionMadeEntry:
                if (!_decisions.Add(path)) Violations.Add($"two decisions at {path}");
                break;
            case RequestOpenedEntry opened:
                if (_answered.Contains(opened.Request.Id) || !_opened.Add(opened.Request.Id)) Violations.Add($"{opened.Request.Id} is opened twice");
                break;
            case RequestResolvedEntry resolved:
                if (!_opened.Remove(resolved.RequestId)) Violations.Add($"{resolved.RequestId} is resolved and is not open");
                if (resolved.Decision.Outcome != ApprovalOutcome.Withdrawn && !_answered.Add(resolved.RequestId)) Violations.Add($"{resolved.RequestId} is answered twice");
                break;
            case TimerEntry { Kind: JournalEntryKind.TimerSet } set:
                if (!_timers.TryAdd(path, set.Due)) Violations.Add($"{path} is set twice");
                break;
            case TimerEntry fired:
                if (!_timers.TryGetValue(path, out var due)) Violations.Add($"{path} fired and was never set");
                else if (fired.Due != due || fired.Time < due) Violations.Add($"{path} fired at {fired.Time:O}, it was due at {due:O}");
                break;
        }
    }
}
