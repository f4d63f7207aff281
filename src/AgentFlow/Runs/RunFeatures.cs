namespace AgentFlow;

/// <summary>What the gate must do for the effects of a scope. None: call the body, record the result.</summary>
/// <remarks>Small, because every context of a flow has it.</remarks>
[Flags]
internal enum RunFeatures : ushort
{
    None = 0,
    Replay = 1,
    Policies = 2,
    Limits = 4,
    EffectBudget = 8,
    RoundTrip = 16,
    Services = 32,
    Durable = 64,
    Telemetry = 128,
    Watch = 256,
}
