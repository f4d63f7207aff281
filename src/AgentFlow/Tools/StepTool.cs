using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>A step, a flow or an agent as a tool: it runs in the caller's run, below the caller's path.</summary>
internal sealed class StepTool<TIn, TOut> : Tool
{
    private readonly Step<TIn, TOut> _step;

    private StepTool(Step<TIn, TOut> step, ToolPlan plan)
        : base(plan) => _step = step;

    public static StepTool<TIn, TOut> Create(Step<TIn, TOut> step, Action<ToolOptions>? configure)
    {
        EffectClass? undeclared = step is EffectStep<TIn, TOut> ? null : EffectClass.Irreversible;
        var plan = new ToolOptions().Freeze<TIn, TOut>(step.Name, step.Purpose, step.Plan, configure, undeclared);

        // The demand for approval belongs to the call, not to the step: the step's own gate must not ask a second time.
        return new(step.With(plan.Step with { MayAsk = false }).As(plan.Name), plan);
    }

    internal override Step Step => _step;

    internal override bool IsIrreversible => base.IsIrreversible || _step.IsIrreversible;

    internal override void Validate(DefectList defects, string path)
    {
        base.Validate(defects, path);
        if (Plan.IsTimed && HasFallback(_step)) defects.Add(path, "the tool has a time limit, and its step a fallback, which would run past it", "limit the step and its fallback where they are made, or put the step into a flow: Flow.Start<…>(…).Then(step).Build()");
        _step.Validate(defects, path);
    }

    private static bool HasFallback(Step step) => !ReferenceEquals(step.Unscoped, step) && (step.Parts.Count > 1 || HasFallback(step.Parts[0].Step));

    internal override void CheckAgainst(FlowRuntime runtime, DefectList defects, string path) => runtime.Check(_step, path, defects);

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

    public Step<TIn, TOut> Step => _step;

    public override async ValueTask<object?> CallAsync(FlowContext scope, StepPath path, ToolCall call)
    {
        var input = ReadFromModel(call.Arguments);
        var subject = new StepToolSubject<TIn, TOut>(this, input, call, scope.Label);
        var output = await new StepToolInvocation<TIn, TOut>(this, scope, path, call, subject).RunAsync().ConfigureAwait(false);
        return output switch
        {
            null => null,
            string or AIContent => output,
            IEnumerable<AIContent> contents => contents,
            _ => JsonSerializer.SerializeToElement(output, _output),
        };
    }

    private TIn ReadFromModel(IReadOnlyDictionary<string, object?> arguments)
    {
        try
        {
            return Read(arguments);
        }
        catch (Exception exception)
        {
            throw new ToolArgumentsException(JsonText.Problem(exception), exception);
        }
    }

    /// <summary>What is no set of arguments may be the only one.</summary>
    public object? Wrapped(object? given) => _schema.Property is { } property && !GivenArguments.IsObject(given) ? new Dictionary<string, object?>(StringComparer.Ordinal) { [property] = given } : given;

    public TIn Read(IReadOnlyDictionary<string, object?> arguments) => ToolInput.Read(arguments, _schema.Property, _input);

    public IReadOnlyDictionary<string, object?> Write(TIn input) => ToolInput.Write(input, _schema.Property, _input);
}
