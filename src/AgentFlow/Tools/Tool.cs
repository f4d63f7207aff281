using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// Something an agent's model can call, plus what governance must know of it: effect class, scopes, label, approval rule,
/// timeout. Immutable and thread-safe; one tool serves any number of agents.
/// </summary>
/// <remarks>Tools are <see cref="EffectClass.Irreversible"/> unless declared; steps as tools are what the step says.</remarks>
[DebuggerDisplay("{Name} {Effect}")]
public abstract class Tool
{
    private protected Tool(ToolPlan plan) => Plan = plan;

    /// <summary>The name the model calls; a segment of the paths of its calls.</summary>
    public string Name => Plan.Name;

    /// <summary>What the model reads about it.</summary>
    public string Description => Plan.Description;

    /// <summary>What calling it again would mean.</summary>
    public EffectClass Effect => Plan.Effect;

    /// <summary>What a caller must be allowed to do, in the host's terms: facts for policies.</summary>
    public IReadOnlyList<string> Scopes => Plan.Scopes;

    internal ToolPlan Plan { get; }

    /// <summary>The step that a call runs, or null for a function.</summary>
    internal virtual Step? Step => null;

    /// <summary>A tool from a method or lambda. Parameters are what the model fills in, except a <see cref="CancellationToken"/>.</summary>
    /// <param name="method">The method. Its name and its <see cref="System.ComponentModel.DescriptionAttribute"/>s are what the model sees.</param>
    /// <param name="options">Name, effect class, scopes, approval.</param>
    public static Tool From(Delegate method, Action<ToolOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return DelegateTool.Create(method, options);
    }

    /// <summary>A tool from a lambda.</summary>
    /// <param name="name">The name the model calls.</param>
    /// <param name="description">What the model reads about it.</param>
    /// <param name="method">The lambda. Parameters are what the model fills in, except a <see cref="CancellationToken"/>.</param>
    /// <param name="options">Effect class, scopes, approval.</param>
    public static Tool From(string name, string description, Delegate method, Action<ToolOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return DelegateTool.Create(method, tool => options?.Invoke(tool.Name(name).Description(description)), name, description);
    }

    /// <summary>A tool from a function of Microsoft.Extensions.AI. An <see cref="ApprovalRequiredAIFunction"/> waits for a human.</summary>
    /// <param name="function">The function.</param>
    /// <param name="options">Name, effect class, scopes, approval.</param>
    public static Tool From(AIFunction function, Action<ToolOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return FunctionTool.Create(function, options);
    }

    /// <summary>A tool from a step, a flow or an agent: it runs as part of the caller's run, every effect inside with its own entry.</summary>
    /// <typeparam name="TIn">What it takes: an object's properties are the tool's parameters, anything else its parameter <c>input</c>.</typeparam>
    /// <typeparam name="TOut">What it yields; the model gets text as it is and anything else as JSON.</typeparam>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="options">Name, scopes, approval.</param>
    public static Tool From<TIn, TOut>(Step<TIn, TOut> step, Action<ToolOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        return StepTool<TIn, TOut>.Create(step, options);
    }

    /// <summary>A tool from a function, as <see cref="From(AIFunction,Action{ToolOptions})"/> makes it.</summary>
    /// <param name="function">The function.</param>
    public static implicit operator Tool(AIFunction function) => From(function);

    /// <summary>Whether a call, or something known inside of it, must not happen twice.</summary>
    internal virtual bool IsIrreversible => Effect == EffectClass.Irreversible;

    /// <summary>Reports what is wrong with the tool in the agent that has it.</summary>
    internal virtual void Validate(DefectList defects, string path)
    {
        if (!ToolName.IsValid(Name)) defects.Add(path, $"'{Name}' is no name that models accept", $"name the tool with at most {ToolName.MaxLength} letters, digits, '_' and '-': Tool.From(…, o => o.Name(\"…\"))");
        if (Plan.Step.RepeatsIrreversible) defects.Add(path, "the tool is irreversible and has a retry", "declare it with Effect(EffectClass.Read) or Effect(EffectClass.Idempotent), or drop the retry");
    }

    /// <inheritdoc cref="Step.CheckAgainst"/>
    internal virtual void CheckAgainst(FlowRuntime runtime, DefectList defects, string path) => runtime.CheckLane(Plan.Step.Lane, defects, path);

    /// <summary>The tool with the schemas that follow from the host's serializer options.</summary>
    internal abstract BoundTool Bind(JsonSerializerOptions json);
}
