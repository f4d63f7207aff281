using System.Diagnostics;
using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The effect of calling a function.</summary>
internal sealed class ToolCallStep : EffectStep<ToolCall, object?>
{
    public static readonly StepPlan Default = StepPlan.Default with { Effect = EffectClass.Irreversible };
    private readonly BoundTool _tool;
    private readonly AIFunction _function;
    private readonly JsonSerializerOptions _json;

    public ToolCallStep(BoundTool tool, AIFunction function, JsonSerializerOptions json)
        : base(tool.Name)
    {
        _tool = tool;
        _function = function;
        _json = json;
        Plan = tool.Plan.Step;
    }

    /// <summary>The arguments follow from what the model is recorded to have said.</summary>
    internal override InputPrint? PrintOf(ToolCall input, FlowRuntime runtime) => null;

    internal override PolicyOperation Operation => PolicyOperation.CallTool;

    // A method behind a delegate may block: a timeout must be able to walk away from it.
    internal override bool BlocksItsCaller => true;

    protected internal override async ValueTask<object?> ExecuteAsync(ToolCall input, StepContext context)
    {
        var started = context.Time.GetTimestamp();
        try
        {
            var arguments = new AIFunctionArguments(new Dictionary<string, object?>(input.Arguments, StringComparer.Ordinal)) { Services = context.Scope?.ServicesOrNull };
            var result = await _function.InvokeAsync(arguments, context.CancellationToken).ConfigureAwait(false);
            return await ToolResult.MarshalAsync(result, result?.GetType(), _json, context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            input.Spent(context.Time.GetElapsedTime(started));
        }
    }

    /// <summary>Recorded and sent like the tool's own.</summary>
    internal override object? Given(object? value, JsonSerializerOptions json) =>
        value is null or string or JsonElement or AIContent ? value : JsonSerializer.SerializeToElement(value, json.GetTypeInfo(value.GetType()));

    internal override void DescribeTo(PolicyFacts facts, ToolCall input) => ToolSubjects.Describe(facts, _tool.Plan);

    internal override PolicySubject<ToolCall> SubjectOf(ToolCall input, Label? label) => new ToolSubject(_tool, input, label);

    internal override Activity? StartSpan(ToolCall input, FlowContext scope, StepPath path) => ToolSpan.Start(_tool.Plan, input, scope, path);

    internal override EffectDetail DetailOf(ToolCall input, object? output, FlowRun run) => new()
    {
        Agent = input.Agent,
        Tool = Name,
        Arguments = input.Arguments,
        Duration = input.Elapsed,
    };
}
