using System.Text.Json;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>What all tool calls have in common before policies and humans.</summary>
internal static class ToolSubjects
{
    private const string Rule = "approval rule";

    public static void Describe(PolicyFacts facts, ToolPlan tool)
    {
        facts.Scopes = tool.Scopes;
        facts.Effect = tool.Effect;
    }

    public static ApprovalDemand? DemandFor(ToolPlan tool, string agent, IReadOnlyDictionary<string, object?> arguments, JsonSerializerOptions json, StepPath path)
    {
        if (tool.Approval is not { } approval) return null;
        try
        {
            return approval.When is { } when && !when(new(tool.Name, agent, arguments, json)) ? null : new(Rule, agent, approval.Reason, approval.Role);
        }
        catch (Exception exception)
        {
            throw new PolicyDeniedException($"{Rule}: the rule threw {exception.GetType().FullName}", path, exception);
        }
    }
}

/// <summary>The arguments of a function call: policies and humans see and change them by name.</summary>
internal sealed class ToolSubject(ToolPlan tool, ToolCall call, JsonSerializerOptions json, Label? label) : PolicySubject<ToolCall>(call, label)
{
    public override object Shown => Value.Arguments as IDictionary<string, object?> ?? new Dictionary<string, object?>(Value.Arguments, StringComparer.Ordinal);

    public override Type ShownType => typeof(IDictionary<string, object?>);

    public override PolicyContent Content() => new(Value.Arguments, Value.Arguments, Label);

    public override ApprovalDemand? DemandFor(StepPath path) => ToolSubjects.DemandFor(tool, Value.Agent, Value.Arguments, json, path);

    public override bool TryReplace(object? replacement)
    {
        if (!ToolResult.TryArguments(replacement, out var arguments)) return false;
        Value.Arguments = arguments;
        return true;
    }
}
