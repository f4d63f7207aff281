using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>The signals of a run in the order in which they came, and which of them a wait has taken. Guarded by the run's lock.</summary>
internal sealed class SignalLog
{
    private readonly List<SignalReceivedEntry> _all = [];
    private readonly HashSet<(string Signal, string Key)> _keys = [];
    private readonly HashSet<int> _taken = [];
    private readonly Dictionary<StepPath, SignalReceivedEntry> _at = [];

    /// <summary>Counts the waits for signals: those of one name are served in this order.</summary>
    public long Turns { get; set; }

    /// <summary>Waits that senders expect of a run that has come back from the journal, by signal.</summary>
    public Dictionary<string, TaskCompletionSource>? Expected { get; set; }

    /// <summary>As the journal has it; null when there are none.</summary>
    public static SignalLog? From(IEnumerable<JournalEntry> entries)
    {
        SignalLog? log = null;
        foreach (var entry in entries)
        {
            if (entry is SignalReceivedEntry signal) (log ??= new()).Add(signal);
            else if (entry is DecisionMadeEntry { Decision: DecisionKind.Signal } taken) (log ??= new()).Take(taken.Value is JsonElement json ? json.GetInt32() : (int)taken.Value!, taken.Path);
        }

        return log;
    }

    /// <summary>What the wait at this path has taken; null when nothing.</summary>
    public SignalReceivedEntry? At(StepPath path) => _at.GetValueOrDefault(path);

    public bool Knows(string signal, string? key) => key is not null && _keys.Contains((signal, key));

    public void Add(SignalReceivedEntry signal)
    {
        _all.Add(signal);
        if (signal.Key is { } key) _keys.Add((signal.Signal, key));
        if (signal.Path.Parent is not null) Take(_all.Count, signal.Path);
    }

    /// <summary>The wait at this path takes the signal of this number, from 1.</summary>
    public SignalReceivedEntry Take(int number, StepPath path)
    {
        _taken.Add(number);
        return _at[path] = _all[number - 1];
    }

    /// <summary>The number of the first signal of this name that nobody has taken; null when there is none.</summary>
    public int? First(string signal)
    {
        for (var number = 1; number <= _all.Count; number++)
        {
            if (_all[number - 1].Signal == signal && !_taken.Contains(number)) return number;
        }

        return null;
    }
}
