using AgentFlow.Tests.Runs.Programs;

namespace AgentFlow.Tests.Journaling.Durable.Simulation;

/// <summary>What the outside world sees of a simulation's effects.</summary>
internal sealed class SimulatedEffects(SimulatedWorld world) : IEffectObserver
{
    /// <summary>Every third effect that takes its time must not happen twice.</summary>
    public bool IsIrreversible(Effect effect, int id) => effect.Body == Body.Later && id % 3 == 0;

    public void OnBody(StepContext context, int result, bool isIrreversible)
    {
        var path = context.Path.ToString();
        if (world.Store.HasOutcome(path)) world.Violate($"{path} has a recorded outcome and was executed again");
        if (!isIrreversible) return;
        world.Counts.Irreversible++;
        if (!world.Happened.TryAdd(path, result)) world.Violate($"{path} is irreversible and happened twice");
    }

    public void OnDecision(StepPath path)
    {
        if (world.Store.HasDecision(path.ToString())) world.Violate($"{path} was decided and is decided again");
    }

    public void OnChance(StepPath path, int value)
    {
        if (world.Chances.TryGetValue(path.ToString(), out var known) && known != value) world.Violate($"{path} has drawn another number than before");
        world.Chances[path.ToString()] = value;
    }
}
