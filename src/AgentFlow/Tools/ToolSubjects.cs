using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>What all tool calls have in common before policies and humans.</summary>
internal static class ToolSubjects
{
    public static void Describe(PolicyFacts facts, ToolPlan tool)
    {
        facts.Scopes = tool.Scopes;
        facts.Effect = tool.Effect;
    }

    public static ApprovalDemand? DemandOf(BoundTool tool, string agent, IReadOnlyDictionary<string, object?> arguments)
    {
        if (tool.Plan.Approval is not { } approval) return null;
        return approval.When is { } when && !when(new(tool.Name, agent, arguments, tool.Json)) ? null : new(ApprovalDemand.Rule, agent, approval.Reason, approval.Role) { Terms = approval.Terms };
    }
}

/// <summary>The arguments of a function call: policies and humans see and change them by name.</summary>
internal sealed class ToolSubject(BoundTool tool, ToolCall call, Label? label) : PolicySubject<ToolCall>(call, label)
{
    public override object Shown => Value.Arguments as IDictionary<string, object?> ?? new Dictionary<string, object?>(Value.Arguments, StringComparer.Ordinal);

    public override Type ShownType => typeof(IDictionary<string, object?>);

    public override PolicyContent Content() => new(Value.Arguments, Value.Arguments, Label);

    public override ApprovalDemand? Demand() => ToolSubjects.DemandOf(tool, Value.Agent, Value.Arguments);

    public override Misfit? Fit(ref object? given)
    {
        if (GivenArguments.Read(tool, Value.Arguments, given, out var arguments) is { } misfit) return misfit;
        given = arguments;
        return null;
    }

    protected override void Take(object? fitting) => Value.Arguments = (IReadOnlyDictionary<string, object?>)fitting!;
}
