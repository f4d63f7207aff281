using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>
/// One call of a step as a tool, under policies and the tool's own approval rule. It leaves an entry of its own at
/// <c>tool/(call)</c>: what a step does is recorded as the step's, and a flow is not recorded at all.
/// </summary>
internal sealed class StepToolInvocation<TIn, TOut>(BoundStep<TIn, TOut> tool, FlowContext scope, StepPath path, ToolCall call, StepToolSubject<TIn, TOut> subject)
    : Invocation<TIn, TOut>(scope, path, tool.Name, PolicyOperation.CallTool, Invocations.ToolEnd)
{
    private readonly TimeProvider _time = scope.Run.Runtime.Time;
    private long? _started;

    protected override Step Step => tool.Step;

    protected override EffectDetail Detail => new()
    {
        Agent = call.Agent,
        Tool = tool.Name,
        Arguments = subject.Arguments,
        Duration = _started is { } started ? _time.GetElapsedTime(started) : TimeSpan.Zero,
    };

    protected override bool KeepsResult => !tool.Step.IsEffect;

    public ValueTask<TOut> RunAsync() => RunAsync(subject);

    protected override ValueTask<TOut> ProceedAsync(FlowContext inside, TIn input)
    {
        _started = _time.GetTimestamp();
        return tool.Step.InvokeAsync(inside, Path, input);
    }

    protected override void Describe(PolicyFacts facts, TIn input) => ToolSubjects.Describe(facts, tool.Plan);
}

/// <summary>The typed input of a step as a tool, which policies also see and change by argument.</summary>
internal sealed class StepToolSubject<TIn, TOut>(BoundStep<TIn, TOut> tool, TIn input, ToolCall call, Label? label) : PolicySubject<TIn>(input, label)
{
    public IReadOnlyDictionary<string, object?> Arguments { get; private set; } = call.Arguments;

    public override PolicyContent Content() => new(Value, Arguments, Label);

    public override ApprovalDemand? Demand() => ToolSubjects.DemandOf(tool, call.Agent, Arguments);

    public override Misfit? Fit(ref object? given)
    {
        if (GivenArguments.Read(tool, Arguments, given is TIn typed ? tool.Write(typed) : tool.Wrapped(given), out var arguments) is { } misfit) return misfit;
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
        Arguments = tool.Write(Value);
    }
}
