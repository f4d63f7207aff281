using System.Text.Json;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>One call of a step as a tool, under policies and the tool's own approval rule.</summary>
internal sealed class StepToolInvocation<TIn, TOut>(BoundStep<TIn, TOut> tool, FlowContext scope, StepPath path)
    : Invocation<TIn, TOut>(scope, path, tool.Name, PolicyOperation.CallTool, "call")
{
    protected override Step Step => tool.Step;

    protected override ValueTask<TOut> ProceedAsync(FlowContext inside, TIn input) => tool.Step.InvokeAsync(inside, Path, input);

    protected override void Describe(PolicyFacts facts) => ToolSubjects.Describe(facts, tool.Plan);
}

/// <summary>The typed input of a step as a tool, which policies also see and change by argument.</summary>
internal sealed class StepToolSubject<TIn, TOut>(BoundStep<TIn, TOut> tool, TIn input, ToolCall call, Label? label) : PolicySubject<TIn>(input, label)
{
    private IReadOnlyDictionary<string, object?> _arguments = call.Arguments;

    public override PolicyContent Content() => new(Value, _arguments, Label);

    public override ApprovalDemand? DemandFor(StepPath path) => ToolSubjects.DemandFor(tool.Plan, call.Agent, _arguments, tool.Json, path);

    public override bool TryReplace(object? replacement)
    {
        if (ToolResult.TryArguments(replacement, out var arguments))
        {
            try
            {
                (Value, _arguments) = (tool.Read(arguments), arguments);
                return true;
            }
            catch (JsonException)
            {
                return false;
            }
        }

        if (!base.TryReplace(replacement)) return false;
        _arguments = tool.Write(Value);
        return true;
    }
}
