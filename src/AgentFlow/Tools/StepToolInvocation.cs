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

    public override ApprovalDemand? Demand() => ToolSubjects.DemandOf(tool, call.Agent, _arguments);

    public override Misfit? Fit(ref object? given)
    {
        if (GivenArguments.Read(tool, _arguments, given is TIn typed ? tool.Write(typed) : tool.Wrapped(given), out var arguments) is { } misfit) return misfit;
        if (given is TIn) return null;
        try
        {
            given = tool.Read(arguments);
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new(null, given, TypeNames.Short(typeof(TIn)), $"cannot be read as {TypeNames.Short(typeof(TIn))}", GivenArguments.Cure(tool));
        }
    }

    protected override void Take(object? fitting)
    {
        base.Take(fitting);
        _arguments = tool.Write(Value);
    }
}
