using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Choices of the coordination verbs.</content>
public sealed partial class FlowContext
{
    /// <summary>The recorded choice, or a new one that is recorded with its reason before anybody sees it.</summary>
    internal T Choose<TState, T>(StepPath path, TState state, Func<TState, T> decide, Func<TState, T, string?> reason, bool isPure = false)
    {
        if (TryRecorded<T>(path, DecisionKind.Value, out var recorded))
        {
            if (isPure && Run.Runtime.Options.Watch is { } watch) watch.OnDecision(Run, path, recorded, () => decide(state));
            return recorded;
        }

        ThrowIfCancelled();
        Run.RefuseOverflow(path);
        var choice = decide(state);
        Run.Append(new DecisionMadeEntry<T>(path, DecisionKind.Value, choice, reason(state, choice) is { } text ? EntryText.Cut(text) : null) { Label = _label });
        return choice;
    }

    /// <summary>Whether something holds that only needs to be recorded when it does, because it holds on no replay that has not recorded it.</summary>
    internal bool Finds<TState>(StepPath path, TState state, Func<TState, bool> holds, string reason)
    {
        if (TryRecorded<bool>(path, DecisionKind.Value, out var recorded)) return recorded;
        return holds(state) && Decide(path, DecisionKind.Value, true, static found => found, reason);
    }

    /// <summary>Waits for branches as one of the context's calls.</summary>
    internal async ValueTask JoinAsync(Join join)
    {
        BeginCall();
        try
        {
            await join.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            EndCall();
        }
    }
}
