using System.Collections.Concurrent;

namespace AgentFlow.Tests.Runs.Programs;

/// <summary>What was executed, by path. Thread-safe.</summary>
internal sealed class Executions
{
    private readonly ConcurrentDictionary<(StepPath Path, int Attempt), int> _bodies = new();
    private readonly ConcurrentDictionary<StepPath, int> _decisions = new();
    private readonly ConcurrentDictionary<StepPath, int> _chances = new();

    public IEnumerable<StepPath> Bodies => _bodies.Keys.Select(key => key.Path).Distinct();

    public IReadOnlyDictionary<StepPath, int> Chances => _chances;

    public IEnumerable<StepPath> Decisions => _decisions.Keys;

    /// <summary>Everything that happened more often than once.</summary>
    public IEnumerable<string> Repeated =>
        _bodies.Where(pair => pair.Value > 1).Select(pair => $"{pair.Key.Path}, attempt {pair.Key.Attempt}, {pair.Value} times")
            .Concat(_decisions.Where(pair => pair.Value > 1).Select(pair => $"decision {pair.Key}, {pair.Value} times"));

    public void CountBody(StepContext context) => _bodies.AddOrUpdate((context.Path, context.Attempt), 1, static (_, count) => count + 1);

    public void CountDecision(StepPath path) => _decisions.AddOrUpdate(path, 1, static (_, count) => count + 1);

    /// <summary>Notes a drawn number; -1 when the same path has drawn another one before.</summary>
    public void NoteChance(StepPath path, int value) => _chances.AddOrUpdate(path, value, (_, known) => known == value ? known : -1);
}
