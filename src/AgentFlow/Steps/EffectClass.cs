namespace AgentFlow;

/// <summary>What repeating an effect would mean. It decides what may be retried and what a crash leaves uncertain.</summary>
public enum EffectClass
{
    /// <summary>Changes nothing outside; may be repeated at will.</summary>
    Read,

    /// <summary>Safe to repeat with the same <see cref="StepContext.IdempotencyKey"/>. The default of steps and model calls.</summary>
    Idempotent,

    /// <summary>
    /// Must not happen twice. An intent is journaled before it starts; an intent without an outcome is uncertain and is
    /// never silently repeated. Retry and hedging on it are definition errors. The default of tools.
    /// </summary>
    Irreversible,
}
