namespace AgentFlow;

/// <summary>
/// How a run ranks when runs or their effects wait for a slot. It orders waiters only: nothing running is interrupted.
/// A lower priority never starves: while all three wait, slots are handed over 8 : 4 : 1, a waiting
/// <see cref="Normal"/> is passed over at most 3 times in a row and a waiting <see cref="Low"/> at most 12 times.
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
