using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>
/// The effects of a runtime that are under way, and how often each body was executed. Tells whether anything can still happen
/// without moving virtual time: an effect that neither sleeps on a virtual timer nor waits for a slot is out for something real.
/// Thread-safe.
/// </summary>
internal sealed class LiveEffects(Signal changed) : EffectWatch
{
    private readonly Lock _lock = new();
    private readonly HashSet<LiveEffect> _live = [];
    private readonly Dictionary<(RunId Run, StepPath Path), int> _executions = [];
    private long _version;

    /// <summary>Stands in for bodies, if set.</summary>
    internal Func<FlowRun, StepPath, CancellationToken, ValueTask<JournalEntry>>? Substitute { get; set; }

    /// <summary>Told of every recorded decision that can be taken again, if set.</summary>
    internal Action<StepPath, object?, Func<object?>>? Recheck { get; set; }

    /// <summary>Told of every result that a step of a replayed run has again, if set.</summary>
    internal Action<StepPath, Step, object?, object?>? Invoked { get; set; }

    /// <summary>Grows with everything that happens.</summary>
    internal long Version => Interlocked.Read(ref _version);

    /// <summary>Effects that sleep on a virtual timer and whose run has not walked away from them.</summary>
    internal int Sleeping
    {
        get
        {
            lock (_lock) return _live.Count(static effect => effect.Sleeps > 0 && !effect.Run.IsTerminal);
        }
    }

    public override object Begin(FlowRun run, StepPath path)
    {
        var effect = new LiveEffect(this, run, path);
        lock (_lock)
        {
            _version++;
            _live.Add(effect);
        }

        effect.Mark();
        return effect;
    }

    public override void End(object effect)
    {
        var ended = (LiveEffect)effect;
        lock (_lock)
        {
            _version++;
            _live.Remove(ended);
        }

        changed.Set();
    }

    public override void OnDecision(FlowRun run, StepPath path, object? recorded, Func<object?> decide) => Recheck?.Invoke(path, recorded, decide);

    public override bool SeesInvocations => Invoked is not null;

    public override void OnInvoked(StepPath path, Step step, object? input, object? output) => Invoked?.Invoke(path, step, input, output);

    public override void OnRest() => changed.Set();

    public override ValueTask<JournalEntry>? OnBody(FlowRun run, StepPath path, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _version++;
            if (LiveEffect.Current is { } effect) effect.HasBody = true;
            _executions[(run.Id, path)] = _executions.GetValueOrDefault((run.Id, path)) + 1;
        }

        return Substitute?.Invoke(run, path, cancellationToken);
    }

    /// <summary>How often the body at a path was executed, attempts included.</summary>
    internal int Executions(RunId run, StepPath path)
    {
        lock (_lock) return _executions.GetValueOrDefault((run, path));
    }

    /// <summary>The paths of a run whose bodies were executed, with the number of executions.</summary>
    internal IReadOnlyList<(StepPath Path, int Count)> Executed(RunId run)
    {
        lock (_lock) return [.. _executions.Where(pair => pair.Key.Run == run).Select(pair => (pair.Key.Path, pair.Value))];
    }

    /// <summary>The effects of a run that are under way.</summary>
    internal IReadOnlyList<LiveEffect> In(FlowRun run)
    {
        lock (_lock) return [.. _live.Where(effect => effect.Run == run)];
    }

    internal void Sleep(LiveEffect effect, int change)
    {
        lock (_lock)
        {
            effect.Sleeps += change;
        }
    }
}
