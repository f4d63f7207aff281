using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// Sees every effect of a runtime while it is under way, and may stand in for its body. For the test host: virtual time moves
/// only when nothing else can happen, and a replay check takes the outcomes of the run it checks. A runtime that has one sends
/// every effect the long way through the gate.
/// </summary>
internal abstract class EffectWatch
{
    /// <summary>An effect is under way. What is put into the execution context here flows into everything it does.</summary>
    /// <returns>The handle for <see cref="End"/>.</returns>
    public abstract object Begin(FlowRun run, StepPath path);

    /// <summary>The effect has ended; the flow has not seen it yet.</summary>
    public abstract void End(object effect);

    /// <summary>A body is about to run: the outcome to take in its place, or null to run it.</summary>
    public abstract ValueTask<JournalEntry>? OnBody(FlowRun run, StepPath path, CancellationToken cancellationToken);

    /// <summary>A branch of a run has gone to rest, or a run has ended.</summary>
    public abstract void OnRest();

    /// <summary>A replay has met a recorded decision that depends on nothing but the flow's values: it can be taken again and compared.</summary>
    public virtual void OnDecision(FlowRun run, StepPath path, object? recorded, Func<object?> decide)
    {
    }

    /// <summary>Whether <see cref="OnInvoked"/> is to be called.</summary>
    public virtual bool SeesInvocations => false;

    /// <summary>A step of a replayed run has its result again: a recorded effect, or a flow inside of another one.</summary>
    public virtual void OnInvoked(StepPath path, Step step, object? input, object? output)
    {
    }

    public async ValueTask<TOut> RunAsync<TIn, TOut>(EffectCall<TIn, TOut> call, FlowRun run, StepPath path)
    {
        var effect = Begin(run, path);
        try
        {
            return await call.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            End(effect);
        }
    }
}
