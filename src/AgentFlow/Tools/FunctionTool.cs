using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>A function as a tool: each call is one effect.</summary>
internal sealed class FunctionTool : Tool
{
    private readonly AIFunction _function;

    private FunctionTool(AIFunction function, ToolPlan plan)
        : base(plan) => _function = function;

    public static FunctionTool Create(AIFunction function, Action<ToolOptions>? configure)
    {
        var options = new ToolOptions();
        if (function.GetService<ApprovalRequiredAIFunction>() is not null) options.RequireApproval();
        return new(function, options.Freeze<ToolCall, object?>(function.Name, function.Description, ToolCallStep.Default, configure));
    }

    internal override BoundTool Bind(JsonSerializerOptions json) => new BoundFunction(Plan, _function, json);
}

/// <summary>A delegate as a tool: its schema follows from the host's serializer options, so the function is made when they are known.</summary>
internal sealed class DelegateTool : Tool
{
    private readonly Delegate _method;

    private DelegateTool(Delegate method, ToolPlan plan)
        : base(plan) => _method = method;

    public static DelegateTool Create(Delegate method, Action<ToolOptions>? configure, string? name = null, string? description = null)
    {
        if (name is null || description is null)
        {
            var function = AIFunctionFactory.Create(method);
            (name, description) = (name ?? function.Name, description ?? function.Description);
        }

        return new(method, new ToolOptions().Freeze<ToolCall, object?>(name, description, ToolCallStep.Default, configure));
    }

    internal override BoundTool Bind(JsonSerializerOptions json) => new BoundFunction(
        Plan, AIFunctionFactory.Create(_method, new AIFunctionFactoryOptions
        {
            Name = Name,
            Description = Description,
            SerializerOptions = json,
            ExcludeResultSchema = true,
            MarshalResult = (result, type, token) => ToolResult.MarshalAsync(result, type, json, token),
        }), json);
}

internal sealed class BoundFunction : BoundTool
{
    private readonly ToolCallStep _step;
    private readonly ParameterInfo[] _parameters;

    public BoundFunction(ToolPlan plan, AIFunction function, JsonSerializerOptions json)
        : base(plan, function.JsonSchema, function.JsonSerializerOptions)
    {
        _step = new(this, function, json);
        _parameters = function.UnderlyingMethod?.GetParameters() ?? [];
    }

    /// <summary>A schema says "string" of a date and "integer" of any size: the parameter's type has the last word.</summary>
    public override ArgumentProblem? ProblemOf(IReadOnlyDictionary<string, object?> arguments)
    {
        if (base.ProblemOf(arguments) is { } problem) return problem;
        foreach (var parameter in _parameters)
        {
            if (!arguments.TryGetValue(parameter.Name ?? "", out var value) || value is not JsonElement element || element.ValueKind == JsonValueKind.Null) continue;
            if (!IsReadable(element, parameter.ParameterType)) return new(parameter.Name!, $"{parameter.Name} cannot be read as {TypeNames.Short(parameter.ParameterType)}", TypeNames.Short(parameter.ParameterType));
        }

        return null;
    }

    private bool IsReadable(JsonElement value, Type type)
    {
        try
        {
            value.Deserialize(Json.GetTypeInfo(type));
            return true;
        }
        catch (NotSupportedException)
        {
            // The function has its own way to read it.
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    public override ValueTask<object?> CallAsync(FlowContext scope, StepPath path, ToolCall call) => _step.InvokeAsync(scope, path, call);
}
