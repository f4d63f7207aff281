namespace AgentFlow;

/// <summary>
/// How a run ranks when runs or their effects wait for a slot. It orders waiters only: nothing running is interrupted.
/// A lower priority never starves: while all three wait, slots are handed over 8 : 4 : 1; as long as any
/// <see cref="Normal"/> waits, at most 3 hand-overs in a row go to others, as long as any <see cref="Low"/> waits at
/// most 12. Runs of one priority take turns, whatever the number of effects each has waiting.
/// </summary>
public enum RunPriority
{
    /// <summary>Background work: about one hand-over in thirteen while the others wait too.</summary>
    Low,

    /// <summary>The ordinary rank.</summary>
    Normal,

    /// <summary>Somebody waits for it: about two of three hand-overs.</summary>
    High,
}
