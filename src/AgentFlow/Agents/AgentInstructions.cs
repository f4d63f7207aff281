using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>The instructions of one invocation: those of today, or those it began with.</summary>
internal static class AgentInstructions
{
    private const string Name = "(instructions)";

    public static string? Of<TIn, TOut>(AgentDefinition<TIn, TOut> agent, FlowContext context, TIn input)
    {
        if (agent.InstructionsChange == InstructionsChange.Continue) return agent.Instructions?.Invoke(input);
        var path = context.Path.Child(Name);
        if (!context.TryRecorded<string?>(path, DecisionKind.Instructions, out var recorded))
        {
            return context.Decide(path, DecisionKind.Instructions, (agent, input), static given => given.agent.Instructions?.Invoke(given.input));
        }

        if (agent.InstructionsChange == InstructionsChange.Pin) return recorded;
        var today = agent.Instructions?.Invoke(input);
        return today == recorded ? today : throw new InstructionsChangedException(context, recorded, today);
    }
}
