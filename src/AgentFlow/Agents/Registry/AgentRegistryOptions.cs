namespace AgentFlow;

/// <summary>How an <see cref="AgentRegistry"/> works. Read once by its constructor.</summary>
public sealed class AgentRegistryOptions
{
    /// <summary>The clock of the changes. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>
    /// How old what is known of the store may be when a run starts, zero or more; then the store is read again first, so that changes of other
    /// processes arrive. What this registry changes itself counts at once. Default: 5 seconds.
    /// </summary>
    public TimeSpan RefreshAfter { get; set; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        if (Time is null) throw new InvalidOptionException($"{nameof(AgentRegistryOptions)}.{nameof(Time)}", null, "Leave the default, or set your own.");
        if (RefreshAfter < TimeSpan.Zero) throw new InvalidOptionException($"{nameof(AgentRegistryOptions)}.{nameof(RefreshAfter)}", RefreshAfter, "Use zero or more.");
    }
}
