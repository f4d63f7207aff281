using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow;

/// <summary>A step, a flow or an agent as a tool: it runs in the caller's run, below the caller's path.</summary>
internal sealed class StepTool<TIn, TOut> : Tool
{
    private readonly Step<TIn, TOut> _step;

    private StepTool(Step<TIn, TOut> step, ToolPlan plan)
        : base(plan) => _step = step;

    public static StepTool<TIn, TOut> Create(Step<TIn, TOut> step, Action<ToolOptions>? configure)
    {
        var description = (step as Agent<TIn, TOut>)?.Description ?? "";
        var plan = new ToolOptions().Freeze<TIn, TOut>(step.Name, description, step.Plan, configure);
        return new(step.With(plan.Step).As(plan.Name), plan);
    }

    internal override BoundTool Bind(JsonSerializerOptions json) => new BoundStep<TIn, TOut>(Plan, _step, WrappedSchema.Of(typeof(TIn), json, "input"), json);
}

internal sealed class BoundStep<TIn, TOut> : BoundTool
{
    private readonly Step<TIn, TOut> _step;
    private readonly WrappedSchema _schema;
    private readonly JsonTypeInfo<TIn> _input;
    private readonly JsonTypeInfo<TOut> _output;

    public BoundStep(ToolPlan plan, Step<TIn, TOut> step, WrappedSchema schema, JsonSerializerOptions json)
        : base(plan, schema.Schema, json)
    {
        _step = step;
        _schema = schema;
        _input = JsonText.TypeOf<TIn>(json);
        _output = JsonText.TypeOf<TOut>(json);
    }

    public override async ValueTask<object?> CallAsync(FlowContext scope, StepPath path, ToolCall call)
    {
        var input = ToolInput.Read(call.Arguments, _schema.Property, _input);
        var output = await _step.InvokeAsync(scope, path, input).ConfigureAwait(false);
        return output is string text ? text : JsonSerializer.SerializeToElement(output, _output);
    }
}
