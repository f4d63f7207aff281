using System.Collections.Concurrent;

namespace AgentFlow.Journaling;

/// <summary>
/// What else a recorded run has left beside outcomes and questions: decisions, timers, intents, waits for signals. None of it must be asked for again, but
/// what the flow has not come to yet says how far the run had come. Thread-safe once it is filled.
/// </summary>
internal sealed class Landmarks
{
    private readonly HashSet<StepPath> _paths = [];
    private readonly ConcurrentDictionary<StepPath, bool> _met = new();
    private readonly Lock _filling = new();
    private static readonly JournalEntry Anything = new RunStatusEntry(JournalEntryKind.RunResumed, StepPath.Root("(landmark)"));
    private UnconsumedOutcomes? _ahead;
    private int _open;

    /// <summary>Whether there are some that the flow has not come to.</summary>
    public bool Remain => Volatile.Read(ref _open) > 0;

    public void Add(StepPath path)
    {
        _paths.Add(path);
        _open = _paths.Count;
    }

    /// <summary>The flow has come to what is recorded at this path.</summary>
    public void Meet(StepPath path)
    {
        if (!Remain || !_paths.Contains(path) || !_met.TryAdd(path, true)) return;
        Interlocked.Decrement(ref _open);
        Volatile.Read(ref _ahead)?.Remove(path);
    }

    /// <summary>Whether there is one outside of what was abandoned and of the scopes that are left out.</summary>
    public bool Any(Func<StepPath, bool> isLeftOut, AbandonedScopes? abandoned) => Remain && Ahead().Find(isLeftOut, abandoned) is not null;

    /// <summary>Made when somebody asks. Whoever meets something meanwhile has noted it before it looks for this.</summary>
    private UnconsumedOutcomes Ahead()
    {
        lock (_filling)
        {
            if (_ahead is not null) return _ahead;
            var ahead = new UnconsumedOutcomes();
            ahead.Fill(_paths.Where(path => !_met.ContainsKey(path)).Select(static path => (path, Anything)));
            Volatile.Write(ref _ahead, ahead);
            foreach (var path in _met.Keys) ahead.Remove(path);
            return ahead;
        }
    }
}
