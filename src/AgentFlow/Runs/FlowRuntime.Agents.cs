using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Agents of the registry.</content>
public sealed partial class FlowRuntime
{
    /// <summary>The registry of agents that flows refer to with <see cref="Agent.Registered{TIn,TOut}"/>, or <see langword="null"/>.</summary>
    public AgentRegistry? Agents => Options.Agents;

    /// <summary>The tools that registered agents name.</summary>
    public ToolRegistry Tools => Options.Tools;

    internal RuntimeAgents RegisteredAgents { get; }

    /// <summary>A run whose agents cannot be used here waits, like one whose flow is not registered.</summary>
    internal async ValueTask RequireAgentsAsync(IReadOnlyList<JournalEntry> entries)
    {
        var started = (RunStartedEntry)entries[0];
        var pins = started.Agents.Concat(entries.Select(FlowRun.PinIn).OfType<AgentPin>()).ToList();
        try
        {
            var isKnown = pins.TrueForAll(pin => RegisteredAgents.Obstacle(pin) is null);
            if (Agents is { } registry && (!registry.IsLoaded || !isKnown)) await RegisteredAgents.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Agents.AgentStoreException exception) when (pins.Count > 0)
        {
            throw new RunHeldException(new(started.RunId, started.FlowName, exception.Message));
        }

        if (pins.Select(RegisteredAgents.Obstacle).FirstOrDefault(static obstacle => obstacle is not null) is { } obstacle)
        {
            throw new RunHeldException(new(started.RunId, started.FlowName, obstacle));
        }
    }
}
