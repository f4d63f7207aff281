using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Which versions of registered agents the run uses.</content>
public abstract partial class FlowRun
{
    private const string VersionDecision = "(version)";
    private Dictionary<string, AgentPin>? _found;

    /// <summary>The versions of registered agents that the run has pinned when it started; empty when it refers to none.</summary>
    public IReadOnlyList<AgentPin> Agents => Started.Agents;

    /// <summary>
    /// The version that the run uses of an agent. One that its flow refers to was pinned at the start; what only its code knows is found at first use, and recorded.
    /// </summary>
    internal AgentPin PinOf(FlowContext scope, StepPath path, string agent)
    {
        var pins = Started.Agents;
        for (var i = 0; i < pins.Count; i++)
        {
            if (pins[i].Agent == agent) return pins[i];
        }

        return FindPin(scope, path.Child(VersionDecision), agent);
    }

    /// <summary>One version per run: whoever comes first decides, also of several branches, and a replay finds all that was decided.</summary>
    private AgentPin FindPin(FlowContext scope, StepPath at, string agent)
    {
        // What is recorded here has been come to, whether it is needed or not.
        scope.TryRecorded<string>(at, DecisionKind.Agent, out _);
        var all = LazyInitializer.EnsureInitialized(ref _found, RecordedPins);
        lock (all)
        {
            if (all.TryGetValue(agent, out var known)) return known;
            var found = Runtime.RegisteredAgents.Pin(agent, Id);
            scope.Decide(at, DecisionKind.Agent, found.ToRecord(), static record => record, $"{found} is what new runs get");
            return all[agent] = found;
        }
    }

    private Dictionary<string, AgentPin> RecordedPins() =>
        Entries.Select(PinIn).OfType<AgentPin>().DistinctBy(static pin => pin.Agent).ToDictionary(static pin => pin.Agent, StringComparer.Ordinal);

    internal static AgentPin? PinIn(JournalEntry entry) =>
        entry is DecisionMadeEntry { Decision: DecisionKind.Agent } decision && AgentPin.TryParse(decision.Value as string ?? (decision.Value as JsonElement?)?.GetString(), out var pin) ? pin : null;
}
