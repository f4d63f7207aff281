using System.Diagnostics;

namespace AgentFlow;

/// <summary>The bounds of a <c>Supervise</c>. Read once, when the verb is said. Saying one again replaces it.</summary>
[DebuggerDisplay("{Signature}")]
public sealed class SuperviseOptions
{
    internal int Turns { get; private set; } = 20;

    internal int Delegations { get; private set; } = 32;

    internal int Parallel { get; private set; } = 8;

    internal string Signature => $"max-turns={Turns}; max-delegations={Delegations}; max-parallel={Parallel}";

    /// <summary>Bounds the turns of the supervisor; then the flow ends with a <see cref="PatternLimitException"/>.</summary>
    /// <param name="turns">At least 1. Default: 20.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public SuperviseOptions MaxTurns(int turns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, 1);
        Turns = turns;
        return this;
    }

    /// <summary>Bounds what is delegated in one turn. What goes beyond is not carried out, and the supervisor is told.</summary>
    /// <param name="delegations">At least 1. Default: 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public SuperviseOptions MaxDelegations(int delegations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delegations, 1);
        Delegations = delegations;
        return this;
    }

    /// <summary>Bounds how many workers are busy at the same time. One that waits for a human is busy.</summary>
    /// <param name="workers">At least 1: one after the other. Default: 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public SuperviseOptions MaxParallel(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Parallel = workers;
        return this;
    }
}
