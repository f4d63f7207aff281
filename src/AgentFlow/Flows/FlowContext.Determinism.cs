using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Time, ids, randomness and decisions.</content>
public sealed partial class FlowContext
{
    private Random? _random;

    /// <summary>What the runtime's clock says. Recorded: a replay reads the same time again.</summary>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    public DateTimeOffset GetUtcNow()
    {
        BeginCall();
        try
        {
            return Decide(PathOf("now"), DecisionKind.Clock, Run, static run => run.Runtime.Time.GetUtcNow());
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>A new id that a replay yields again. Derived from run id and path, not recorded.</summary>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>
    /// Randomness that a replay yields again. Derived from run id and path, not recorded. For this scope only: a branch has randomness
    /// of its own in its context.
    /// </summary>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    public Random Random
    {
        get
        {
            BeginCall();
            EndCall();
            return _random ??= new Random((int)StableHash.Of(Path.ToString(), Run.Seed));
        }
    }

    /// <summary>
    /// Takes a decision once and records it: a replay returns the recorded choice and does not call the lambda. Decisions
    /// whose inputs are not deterministic (configuration, a feature flag) belong here.
    /// </summary>
    /// <typeparam name="T">The type of the choice; serializable where the journal is durable.</typeparam>
    /// <param name="name">The decision's name, a segment of its path.</param>
    /// <param name="decide">Called at most once per run and path.</param>
    /// <param name="reason">Why, for people who read the journal.</param>
    public ValueTask<T> DecideAsync<T>(string name, Func<T> decide, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(decide);
        BeginCall();
        try
        {
            return new(Decide(PathOf(StepName.Validate(name)), DecisionKind.Value, decide, static decide => decide(), reason));
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>Takes a decision once and records it with a reason that follows from the choice.</summary>
    /// <typeparam name="T">The type of the choice; serializable where the journal is durable.</typeparam>
    /// <param name="name">The decision's name, a segment of its path.</param>
    /// <param name="decide">Called at most once per run and path.</param>
    /// <param name="reason">Pure; why, for people who read the journal. Not called on replay.</param>
    public ValueTask<T> DecideAsync<T>(string name, Func<T> decide, Func<T, string?> reason)
    {
        ArgumentNullException.ThrowIfNull(decide);
        ArgumentNullException.ThrowIfNull(reason);
        BeginCall();
        try
        {
            var path = PathOf(StepName.Validate(name));
            if (TryRecorded<T>(path, DecisionKind.Value, out var recorded)) return new(recorded);
            ThrowIfCancelled();
            Run.RefuseOverflow(path);
            var choice = decide();
            Run.Append(new DecisionMadeEntry<T>(path, DecisionKind.Value, choice, reason(choice)) { Label = _label });
            return new(choice);
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>
    /// Lowers the scope's label: a recorded act with a reason, such as "a human has checked the text".
    /// </summary>
    /// <param name="label">The label from here on.</param>
    /// <param name="reason">Why, for the journal.</param>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    public void Relabel(Label label, string reason)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        BeginCall();
        try
        {
            _label = Decide(PathOf("relabel"), DecisionKind.Label, label, static label => label, reason);
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>The recorded choice, or a new one that is recorded before anybody sees it.</summary>
    /// <remarks>A pure decision depends on nothing but what the flow knows: taken again, it must come out the same.</remarks>
    internal T Decide<TState, T>(StepPath path, DecisionKind kind, TState state, Func<TState, T> decide, string? reason = null, bool isPure = false)
    {
        if (TryRecorded<T>(path, kind, out var recorded))
        {
            if (isPure && Run.Runtime.Options.Watch is { } watch) watch.OnDecision(Run, path, recorded, () => decide(state));
            return recorded;
        }

        ThrowIfCancelled();
        Run.RefuseOverflow(path);
        var choice = decide(state);
        Run.Append(new DecisionMadeEntry<T>(path, kind, choice, reason) { Label = _label });
        return choice;
    }

    internal bool TryRecorded<T>(StepPath path, DecisionKind kind, out T choice)
    {
        choice = default!;
        if (Run.Replay?.Decision(path) is not { } entry) return false;
        choice = entry switch
        {
            DecisionMadeEntry<T> typed when entry.Decision == kind => typed.Choice,
            StoredDecisionMadeEntry stored when entry.Decision == kind => RecordedValue.Read<T>(Run.Runtime, path, $"the decision {kind}", stored.Payload, stored.ChoiceType),
            _ => throw new FlowNondeterminismException(path, $"the decision {entry.Decision} {entry.Value}{(entry.ChoiceType is { } type ? $" of type {type}" : "")}", $"a decision {kind} of type {TypeNames.Short(typeof(T))}"),
        };
        return true;
    }
}
